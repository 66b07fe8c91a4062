"""Floor 5: the commands of a ribbon, on an open workbook."""
