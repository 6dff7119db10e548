"""Django's SecurityMiddleware (redirect to HTTPS, HSTS and other headers) with three additions."""

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from blogai.api import problem
from blogai.core.client_address import asks_locally
from blogai.core.errors import PermissionDenied
from blogai.views import wants_json

PLAIN = (
    "This request came over plain HTTP, so we did nothing. Use https:// instead. If it carried an API key, "
    "replace that key: others could have read it."
)


class Security(SecurityMiddleware):
    """Plain HTTP from this machine is answered, programs that use it are refused, and no other site may embed
    what we send.

    A redirect would let a program keep sending its key in clear text, and nobody would notice.

    Operators, and scripts that check a deployment, ask `http://localhost:8000` on it, where nothing speaks
    TLS. A container sees them come from another machine, so there the name that they ask for decides. A proxy
    is told apart by the headers that it adds.

    Cross-Origin-Resource-Policy is for `<img>`, `<script>` and the like. It does not restrict what CORS
    allows: scripts of ALLOWED_ORIGINS use the API anyway.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        redirect = None if asks_locally(request) else super().process_request(request)
        if redirect is not None and wants_json(request):
            return problem(PermissionDenied(PLAIN), request)
        return redirect

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return super().process_response(request, response)
