"""Floor 6: the server that the add-in talks to, on this machine only."""
