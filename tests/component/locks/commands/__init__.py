"""Tests of `locks/commands`."""
