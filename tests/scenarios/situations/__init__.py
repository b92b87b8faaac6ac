"""One file per situation."""
