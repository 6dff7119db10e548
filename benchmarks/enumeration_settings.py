"""The settings, with a quick hasher, for benchmarks.enumeration."""

from blogai.settings import *  # noqa: F403

PASSWORD_HASHERS = ["benchmarks.quick_hasher.QuickHasher"]
