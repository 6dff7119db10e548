"""A password validator beside Django's own, for AUTH_PASSWORD_VALIDATORS: refuses this site's own words."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User

NAMES = ("blogai", "password")
"""And the words of the site's host, without the last. docs/security-model.md lists them."""
LEFT = 6
"""So many letters and digits must be left without them."""


class NameOfTheSite:
    """Refuses what is little more than the name of the site: "Blog-AI 2026!"."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        typed = left = re.sub(r"[\W_]", "", password.casefold())
        for word in (*NAMES, *(urlsplit(settings.PUBLIC_URL).hostname or "").split(".")[:-1]):
            left = left.replace(word, "") if len(word) > 3 else left
        if left != typed and len(left) < LEFT:
            raise ValidationError("This is too close to the name of this site.", code="name_of_the_site")

    def get_help_text(self) -> str:
        return "Not the name of this site."
