"""Floor 0: immutable values that every other floor speaks in. Standard library only."""
