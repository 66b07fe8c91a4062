"""Ramkoll: the workbook engine behind a Swedish region's follow-up and forecast."""

__version__ = "0.6.0"
