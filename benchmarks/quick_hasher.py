"""Django's hasher of passwords with few rounds: its own takes most of a second."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 20_000
