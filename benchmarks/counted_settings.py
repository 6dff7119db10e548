"""The product's settings, for a server that counts its SQL statements."""

from blogai.settings import *  # noqa: F403

ASGI_APPLICATION = "benchmarks.counted.application"
