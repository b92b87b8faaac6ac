"""Flows that add locks to the home."""
