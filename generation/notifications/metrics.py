"""Webhooks and mails about runs, for /metrics."""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from blogai.core.figures import RECENT, rows
from generation.models import Notification

COUNTS = f"""
    SELECT kind, count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'failed')
    FROM run_notices
    WHERE state = 'pending' OR (state = 'failed' AND tried_at > {RECENT})
    GROUP BY kind
"""  # noqa: S608


def notifications() -> list[Metric]:
    """`kind` is callback for a webhook of a customer's."""
    pending = GaugeMetricFamily(
        "blogai_notifications_pending", "Notifications not delivered yet.", labels=["kind"]
    )
    failed = GaugeMetricFamily(
        "blogai_notifications_failed", "Notifications given up in the last 15 minutes.", labels=["kind"]
    )
    found = {kind: counts for kind, *counts in rows(COUNTS)}
    for kind in Notification.Kind.values:
        waiting, lost = found.get(kind, (0, 0))
        pending.add_metric([kind], waiting)
        failed.add_metric([kind], lost)
    return [pending, failed]
