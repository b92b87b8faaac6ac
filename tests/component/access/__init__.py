"""Access: who shall open which door, brought about on locks of the specification."""
