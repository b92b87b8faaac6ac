"""Tests of `core_entities`."""
