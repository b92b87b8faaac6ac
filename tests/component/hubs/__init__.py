"""Tests of `hubs`."""
