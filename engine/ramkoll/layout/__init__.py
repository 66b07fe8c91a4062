"""Floor 1: where everything stands in a form, and the form itself as data."""
