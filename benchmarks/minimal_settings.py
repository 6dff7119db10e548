"""The product's settings with no middleware and one route, for the floor of a poll."""

from blogai.settings import *  # noqa: F403
from blogai.settings import INSTALLED_APPS as ALL_APPS

INSTALLED_APPS = [name for name in ALL_APPS if name != "allauth.account"]  # it insists on a middleware
MIDDLEWARE = list[str]()
ROOT_URLCONF = "benchmarks.minimal"
