"""What the reports of a door lock mean: positions, movements, operations and jams."""
