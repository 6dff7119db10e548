"""Django's SecurityMiddleware (redirect to HTTPS, HSTS and other headers) with two additions."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponsePermanentRedirect
from django.middleware.security import SecurityMiddleware

from blogai.core.client_address import from_this_machine


class Security(SecurityMiddleware):
    """Plain HTTP from this machine is answered, and no other site may embed what we send.

    Operators, and scripts that check a deployment, ask `http://localhost:8000` on it, where nothing speaks
    TLS. A proxy on the same machine is told apart by the headers that it adds.

    Cross-Origin-Resource-Policy is for `<img>`, `<script>` and the like. It does not restrict what CORS
    allows: scripts of ALLOWED_ORIGINS use the API all the same.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if from_this_machine(request) else super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return super().process_response(request, response)
