"""Steps between giving one's credentials and being signed in, besides allauth's second factor."""

from typing import Any

from allauth.account.stages import EmailVerificationStage
from django.conf import settings


class EmailVerification(EmailVerificationStage):  # type: ignore[misc]
    """Whoever signs up always gets a link first; EMAIL_VERIFICATION says whether signing in needs it too."""

    def handle(self) -> tuple[Any, bool]:
        if settings.EMAIL_VERIFICATION == "optional" and not self.login.signup:
            return None, True
        found: tuple[Any, bool] = super().handle()
        return found
