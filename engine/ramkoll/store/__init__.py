"""Floor 3: files that are no workbooks: extracts, layouts, packaged resources."""
