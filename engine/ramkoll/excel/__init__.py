"""Floor 3: the only floor that knows OOXML.

Every cell is read as openpyxl reads it (``tests/excel/oracle.py`` compares), but for this:

- A time of day or a length of time is a part of a day; openpyxl makes time values.
- A day that no calendar has (0, 29 February 1900, negative) stays the number it is.
- _x000D_ and its like are the characters that Excel shows; openpyxl leaves the codes.
- An empty text is a text; openpyxl reads nothing.
- What stands under a merged area is read; openpyxl drops it.
- A what-if table reads TABLE(row; column) as in Excel; openpyxl gives an object.
- A text that stands elsewhere than its type says is kept; openpyxl reads nothing.
- A type that is empty or has blanks around it is read as if it had not; openpyxl gives text.
- Blanks and line ends in shared formulas stay where they are; openpyxl moves them.
- A shared formula that is moved out of the sheet has #REF!; openpyxl writes cells that are not.
- A sheet whose part has an escaped name is found; openpyxl leaves it out silently.

Refused, where openpyxl reads on: document types, parts, sheets or cells that stand twice or where
only some readers see them, two workbooks in one file, a sheet whose part is missing, rows after
the last, macro sheets, and what is beyond ``limits``. Read, where it stops or sees nothing: strict
files, broken styles, pictures and pivot tables, and newer alternatives in the XML.
"""
