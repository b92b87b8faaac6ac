"""What this host sees of the home network."""
