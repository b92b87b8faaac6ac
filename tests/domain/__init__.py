"""Tests of the pure domain: no Home Assistant, no I/O."""
