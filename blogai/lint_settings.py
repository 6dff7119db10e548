"""The settings of `make lint-migrations`, whose linter production does not have."""

from blogai import settings
from blogai.settings import *  # noqa: F403

INSTALLED_APPS = [*settings.INSTALLED_APPS, "django_migration_linter"]
