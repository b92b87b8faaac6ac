"""Tests of `matter`."""
