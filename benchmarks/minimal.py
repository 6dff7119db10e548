"""The floor of a poll: Django with one async view, one query, and the product's own check of keys.

Served by `python -m benchmarks.web PORT benchmarks.minimal:application`, with minimal_settings.
"""

from uuid import UUID

from django.core.asgi import get_asgi_application

application = get_asgi_application()  # sets Django up, which the imports below need

from django.db import connection  # noqa: E402
from django.http import Http404, HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from accounts.authentication import authorize  # noqa: E402
from blogai.core.db import in_database  # noqa: E402

RUN = "SELECT id, status FROM runs WHERE owner_id = %s AND id = %s"


@in_database
def _run(request: HttpRequest, run_id: UUID) -> dict[str, str]:
    caller = authorize(request, needs="read")
    with connection.cursor() as cursor:
        cursor.execute(RUN, [caller.user.pk, run_id])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    return {"id": str(row[0]), "status": row[1]}


async def run(request: HttpRequest, run_id: UUID) -> JsonResponse:
    return JsonResponse(await _run(request, run_id))


urlpatterns = [path("runs/<uuid:run_id>", run)]
