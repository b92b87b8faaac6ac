"""Tests of `commissioning`."""
