"""Measurements: what the integration costs, and whether its journal is right. Nothing is asserted about time."""
