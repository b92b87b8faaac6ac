"""Tests of `locks/state`."""
