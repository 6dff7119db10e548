"""The staff admin at /admin/: it answers support questions, and lets staff act, always with a reason."""
