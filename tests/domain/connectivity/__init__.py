"""Tests of `connectivity`."""
