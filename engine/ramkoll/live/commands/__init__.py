"""One file a button, or a few that belong together. Every file here is found by itself."""
