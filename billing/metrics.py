"""How far behind Stripe's webhooks we are, for /metrics."""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from blogai.core.figures import rows

WAITING = """
    SELECT count(*), coalesce(extract(epoch FROM now() - min(received_at)), 0)
    FROM stripe_events WHERE processed_at IS NULL
"""


def stripe_events() -> list[Metric]:
    ((count, age),) = rows(WAITING)
    return [
        GaugeMetricFamily(
            "blogai_stripe_events_waiting", "Events of Stripe whose customer was not looked up.", value=count
        ),
        GaugeMetricFamily(
            "blogai_stripe_events_age_seconds", "How long the oldest of them has waited.", value=float(age)
        ),
    ]
