"""`/admin/`: what happened in the last hours and days, as far as a colleague may see it."""

import logging
from datetime import UTC

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from staff.access import may
from staff.dashboard.panels import PANELS, Panel
from staff.site import site

TIMEOUT = "3s"
"""For each statement: the dashboard never keeps the database from its work."""

logger = logging.getLogger(__name__)


@require_safe
def dashboard(request: HttpRequest) -> TemplateResponse:
    context = {**site.each_context(request), "title": "Today", "panels": _panels(request)}
    return TemplateResponse(request, "staff/dashboard.html", context)


def _panels(request: HttpRequest) -> list[Panel] | None:
    """Those that the colleague may see; None if a statement took too long."""
    allowed = [panel for panel, permission in PANELS.items() if may(request.user, permission)]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true), now()", [TIMEOUT])
            _, now = cursor.fetchone()
            return [panel(now.astimezone(UTC)) for panel in allowed]
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        logger.warning("a figure of the dashboard took longer than %s", TIMEOUT)
        return None
