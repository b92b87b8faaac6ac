"""Tests of `thread`."""
