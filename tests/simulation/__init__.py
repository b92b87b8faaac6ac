"""A home that lives through months in minutes, and the checks of what a user sees of it."""
