"""Tests of the product in Home Assistant, over an emulated Matter server and home network."""
