"""Contracts with Home Assistant, HACS and core's Matter integration, where their own checks cannot run."""
