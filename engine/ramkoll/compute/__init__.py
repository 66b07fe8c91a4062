"""Floor 1b: from facts to computed facts. No files, no Excel, no clock."""
