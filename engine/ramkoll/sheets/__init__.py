"""Floor 2: sheets of the regionstyrelse workbook, as data."""
