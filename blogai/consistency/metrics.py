"""What the last checks have found, for /metrics."""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from blogai.core.figures import rows

LAST = "SELECT name, violations, extract(epoch FROM now() - checked_at) FROM consistency_checks"


def consistency() -> list[Metric]:
    violations = GaugeMetricFamily(
        "blogai_consistency_violations",
        "Contradictions that the last check has found: in the ledger, the runs, or between Stripe and us.",
        labels=["check"],
    )
    age = GaugeMetricFamily(
        "blogai_consistency_check_age_seconds", "How long ago that check was.", labels=["check"]
    )
    for name, count, seconds in rows(LAST):
        violations.add_metric([name], count)
        age.add_metric([name], float(seconds))
    return [violations, age]
