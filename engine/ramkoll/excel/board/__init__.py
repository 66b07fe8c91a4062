"""The board version of a workbook: a new package of what is known to be wanted, and its checker."""
