"""The only room that knows core's Matter integration, its client and the cluster objects."""
