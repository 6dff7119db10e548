#!/usr/bin/env python
"""Runs a command. Without DATABASE_URL it uses the embedded Postgres, and starts it if necessary."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

from django.core.exceptions import ImproperlyConfigured
from psycopg.errors import UndefinedTable

WITHOUT_DATABASE = {
    "backup_key",
    "check",
    "check_config",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "generate_config_docs",
    "help",
    "makemessages",
    "serve",  # starts it itself and reports progress
    "simulate_stripe",
    "spectacular",
    "startapp",
    "verify_deploy",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogai.settings")
    os.environ["DATABASE_DIRECT"] = "true"  # for the settings: commands use DATABASE_URL_DIRECT
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    try:
        with database():
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(refusal(str(error)))
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit(
            "The database is empty. Run `manage.py migrate_sql` first (`manage.py serve` does it for you)."
        )
    except InconsistentMigrationHistory:
        sys.exit(
            "The database belongs to another version of Blog AI. Run `manage.py migrate_sql`, which "
            "also upgrades version 0.1.0."
        )
    except KeyboardInterrupt:
        sys.exit(130)


def refusal(sentence: str) -> str | int:
    """What to end with where a setting is wrong: perhaps because the name of its variable is."""
    from blogai.configuration import report, spelling

    if sys.argv[1:2] == ["check_config"]:
        results = report.refused(sentence)
        print(report.shown(results, as_json="--json" in sys.argv))
        return report.exit_code(results)
    return "\n".join([f"Blog AI can't start: {sentence}", *spelling.advice(os.environ)])


def database() -> AbstractContextManager[None]:
    """Runs the database inside the block, if the command needs one."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "check_config":
        from blogai.configuration.env_file import option_to_environment

        option_to_environment(sys.argv[2:])
    if command == "serve":
        from blogai.serving.listening import options_to_environment

        options_to_environment(sys.argv[2:])
    if command.startswith("-") or command in WITHOUT_DATABASE or {"-h", "--help"} & set(sys.argv):
        return nullcontext()
    from django.conf import settings

    if not settings.EMBEDDED_DATABASE:
        return nullcontext()
    from blogai import embedded

    # Leave through the context manager, which stops the database.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    return embedded.database(settings.DATA_DIR)


if __name__ == "__main__":
    main()
