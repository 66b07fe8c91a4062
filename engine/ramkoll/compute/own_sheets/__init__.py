"""People's own sheets held against themselves: patterns, sums, texts, errors and links."""
