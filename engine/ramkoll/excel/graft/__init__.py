"""Writing into a workbook that is there: what was not to change keeps its bytes.

``graft.graft`` does all of it: cells, whole sheets, names and notes, in one new package; it says
of every part that is not as it was why. ``package`` copies what is not changed as it lies.
"""
