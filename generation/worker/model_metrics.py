"""Figures about calls to language models for /metrics, each read from Postgres with one query."""

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from blogai.core.figures import RECENT, rows
from generation.worker.metrics import QUANTILES, add_durations, durations

MAX_MODELS = 20
"""Customers may name any model of a provider, so those that cost least are added up as "other"."""

CALLS = f"""
    SELECT provider, error, grouping(error) = 1, count(*),
        percentile_cont(%s) WITHIN GROUP (ORDER BY duration_ms / 1000.0)
    FROM llm_calls
    WHERE created_at > {RECENT}
    GROUP BY GROUPING SETS ((provider, error), (provider))
"""  # noqa: S608
SPENDING = f"""
    WITH spent AS (
        SELECT provider, model, sum(cost_usd) AS cost,
            sum(input_tokens) AS input, sum(output_tokens) AS output,
            row_number() OVER (ORDER BY sum(cost_usd) DESC, sum(output_tokens) DESC) AS place
        FROM llm_calls
        WHERE created_at > {RECENT}
        GROUP BY provider, model
    )
    SELECT provider, CASE WHEN place > %s THEN 'other' ELSE model END, sum(cost), sum(input), sum(output)
    FROM spent GROUP BY 1, 2
"""  # noqa: S608


def calls() -> list[Metric]:
    made = GaugeMetricFamily(
        "blogai_llm_calls",
        "Calls to language models in the last 15 minutes; error is empty for successful ones.",
        labels=["provider", "error"],
    )
    seconds = durations("blogai_llm_call_seconds", "Duration of the calls.", "provider")
    for provider, error, of_all, count, quantiles in rows(CALLS, [list(QUANTILES)]):
        if of_all:
            add_durations(seconds, provider, quantiles)
        else:
            made.add_metric([provider, error], count)
    return [made, seconds]


def spending() -> list[Metric]:
    cost = GaugeMetricFamily(
        "blogai_llm_cost_usd", "What the calls of the last 15 minutes cost.", labels=["provider", "model"]
    )
    tokens = GaugeMetricFamily(
        "blogai_llm_tokens", "Tokens of these calls.", labels=["provider", "model", "direction"]
    )
    for provider, model, usd, read, written in rows(SPENDING, [MAX_MODELS]):
        cost.add_metric([provider, model], float(usd))
        tokens.add_metric([provider, model, "input"], int(read))
        tokens.add_metric([provider, model, "output"], int(written))
    return [cost, tokens]
