"""Processes that are killed in whatever moment, and what their files hold afterwards."""
