"""People, codes and schedules on two real locks of different kinds."""
