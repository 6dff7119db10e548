"""`python -m blogai.container.checks COMMAND`: whether a container can start, and why not.

It is a process of its own, whose memory is free again when the servers start.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError


def main(command: str) -> int:
    """0 if `command` can start, else 1 after a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogai.settings")
    try:
        django.setup()
        from blogai.container import before_start  # whose imports read the settings

        before_start.check(command)
    except (ImproperlyConfigured, CommandError) as error:
        print(f"Blog AI can't start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
