"""The add-in file of desktop Excel: VBA kept as text, a ribbon, and the package they lie in."""
