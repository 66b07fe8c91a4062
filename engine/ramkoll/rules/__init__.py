"""Floor 2: what is checked. One rule, one short function; the catalogue words its hits."""
