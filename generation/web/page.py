"""What every page of the product shares: it is for somebody who signed in, and leads back after that."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from accounts.models import User


class SignedInPage(View):
    """A view for a signed-in user, `self.user`. Anybody else goes to the sign-in page and comes back."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(self.way_back())
        self.user = request.user
        response = super().dispatch(request, *args, **kwargs)
        # Asked for again when somebody returns: another tab may have changed it.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def way_back(self) -> str:
        """Where to go after signing in: here; from a form, to the list of posts."""
        return self.request.get_full_path() if self.request.method == "GET" else "/posts"
