"""Floor 4: the whole flow, from files to findings and sheets."""
