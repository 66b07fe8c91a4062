"""The user's own desk: a small process that serves the programs open there, and drives Excel."""
