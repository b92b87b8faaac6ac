"""Tests of `preflight`."""
