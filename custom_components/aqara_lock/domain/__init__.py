"""What is known about locks, people and networks: pure Python, no I/O."""
