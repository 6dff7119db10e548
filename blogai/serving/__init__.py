"""`manage.py serve`: the whole product in one process."""
