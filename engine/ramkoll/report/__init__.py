"""Floor 2: findings and rules as text and JSON."""
