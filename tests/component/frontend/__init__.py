"""The module: where it is served, and where browsers learn of it."""
