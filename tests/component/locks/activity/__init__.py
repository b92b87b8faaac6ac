"""Tests of `locks/activity`."""
