"""Situations of a home: evidence in, findings out."""
