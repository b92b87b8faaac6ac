"""Stories in which several packages meet."""
