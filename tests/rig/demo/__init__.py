"""The demo: a whole home on this machine, to look at and to play with."""
