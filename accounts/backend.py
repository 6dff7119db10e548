"""Signing in with an e-mail address and a password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """One query and one hash, whether there is such an account or not, so that the time says nothing."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user: User | None = self._check_password(User.objects.with_email(email), password)
        return user
