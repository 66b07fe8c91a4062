"""Every limit of what is read, with its reason: beyond one, a file is refused in Swedish.

They bound what hostile bytes can cost; no workbook of a follow-up comes near them. What no limit
here can bound, memory and time as such, is bounded by the child process that reads.
"""

from __future__ import annotations

# The archive, checked before anything is unpacked

#: The largest real workbook of a region was some MB; pictures may add tens.
MAX_FILE_BYTES = 64 * 2**20
#: A workbook with a hundred sheets, charts and notes has some 600 parts.
MAX_ENTRIES = 2_000
#: A sheet takes about 65 bytes a cell: room for two million cells in one sheet.
MAX_PART_BYTES = 128 * 2**20
#: All parts together: several sheets of that size are no submission.
MAX_TOTAL_BYTES = 256 * 2**20
#: Sheets shrink 5 to 40 times. Deflate reaches 1,032, which only filler does.
MAX_RATIO = 250
#: Below this a high ratio does no harm, and empty formatted sheets reach it honestly.
RATIO_FROM_BYTES = 8 * 2**20
#: Entries of an old container, looked through to tell a password from an .xls: some tens.
MAX_OLE_ENTRIES = 4_096

# The XML of a part

#: Counted as ``<``. A formula cell takes six tags: room for a million of them.
MAX_TAGS = 10_000_000
#: Elements in memory at a time, some 400 bytes each: a part that is held whole, or one row. Styles
#: have the most; Excel's own limit of 64,000 cell formats makes some 400,000.
MAX_TREE_ELEMENTS = 500_000

# The cells

#: Each cell takes some 400 bytes in memory; a large submission has some ten thousand.
MAX_CELLS = 1_000_000
#: A shared formula of a few bytes may stand for a long text in every cell of a sheet.
MAX_FORMULA_CHARACTERS = 64 * 2**20

# The last reader, openpyxl, which is slow and keeps much

#: It takes some 25 microseconds a cell, twice.
MAX_FALLBACK_CELLS = 200_000
#: All parts together, unpacked: some 10 seconds.
MAX_FALLBACK_BYTES = 32 * 2**20
