"""Floor 5: the commands of a ribbon, on an open workbook."""

from ramkoll.live.spared import spare_every_excel

# Before anything else of this floor: whoever imports it has imported xlwings.
spare_every_excel()
