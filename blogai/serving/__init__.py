"""The processes: `manage.py serve`, the whole product in one, and `manage.py worker`."""
