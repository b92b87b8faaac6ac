"""Tests of `locks/connectivity`."""
