"""Backups of the database: made by `manage.py backup`, restored by `manage.py restore`. docs/backup.md.

A backup is a folder named after its time, with three files. The manifest is written last: without one, a
folder is no backup.
"""
