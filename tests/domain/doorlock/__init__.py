"""Tests of `doorlock`."""
