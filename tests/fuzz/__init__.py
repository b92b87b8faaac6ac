"""Damaged, forged and random input for everything that the integration takes from outside."""
