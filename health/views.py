from django.http import HttpRequest, JsonResponse
from django.views import View

from health.checks import configured
from health.report import report


class Health(View):
    """200 whatever is down: who asks reads `status`. No key, never cached."""

    async def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse(await report(configured()), headers={"Cache-Control": "no-store"})
