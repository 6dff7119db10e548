"""The files of docker/monitoring name only what exists, and every alert is tested and explained."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils.text import slugify

from blogai.tests.processes import PROJECT

FOLDER = PROJECT / "docker/monitoring"
DOCS = (PROJECT / "docs/monitoring.md").read_text()
EXPORTERS = {
    *("node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"),
    *("node_filesystem_avail_bytes", "node_filesystem_size_bytes"),
    *("redis_memory_used_bytes", "redis_memory_max_bytes"),
    *("pg_stat_activity_count", "pg_settings_max_connections"),
    "nginx_connections_active",
    *("container_memory_working_set_bytes", "container_spec_memory_limit_bytes"),
    *("probe_success", "probe_duration_seconds", "probe_ssl_earliest_cert_expiry"),
    *("up", "ALERTS"),
}
WORDS = {
    *("sum", "max", "min", "avg", "count", "topk", "rate", "histogram_quantile", "absent", "time"),
    *("by", "and", "or"),
}
SELECTORS = r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without) \([^)]*\)|\"[^\"]*\""
"""What may have names of labels in it."""


def rules() -> list[dict[str, Any]]:
    files = [yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("rules/*.yml"))]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def dashboard() -> Iterator[str]:
    for panel in json.loads((FOLDER / "grafana/blog-ai.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def names(query: str) -> set[str]:
    return set(re.findall(r"[a-zA-Z_:][\w:]*", re.sub(SELECTORS, "", query))) - WORDS


@pytest.fixture
def measured(transactional_db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the metrics that /metrics has, with or without a sample; one provider was asked."""
    monkeypatch.setattr("generation.llm.probes._breakers", lambda: {"openai": "closed"})
    declared = re.findall(r"^# TYPE (blogai_\w+) (\w+)$", client.get("/metrics").text, re.MULTILINE)
    return {name for name, kind in declared if kind != "histogram"} | {
        f"{name}_{part}"
        for name, kind in declared
        if kind == "histogram"
        for part in ("bucket", "count", "sum")
    }


def test_queries_name_metrics_that_exist(measured: set[str]) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for query in [*dashboard(), *(rule["expr"] for rule in rules())]:
        assert names(query), query
        assert names(query) <= measured | recorded | EXPORTERS, query


def test_the_docs_list_every_metric_and_no_other(measured: set[str]) -> None:
    table = DOCS.partition("## What is measured")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`(blogai_\w+)`", table))
    assert documented == {re.sub("_(bucket|count|sum)$", "", name) for name in measured}


def test_every_alert_says_how_bad_it_is_and_what_to_do() -> None:
    """By a sentence in docs/monitoring.md, or a runbook that begins with its name."""
    headings = {slugify(heading) for heading in re.findall(r"^### (.+)$", DOCS, re.MULTILINE)}
    used, named = set(), defaultdict(set)
    for alert in (rule for rule in rules() if "alert" in rule):
        assert re.search("warning|critical", alert["labels"]["severity"]), alert
        assert alert["annotations"]["summary"].endswith((".", "}}")), alert
        page, _, heading = alert["annotations"]["runbook"].partition("#")
        if heading:
            assert (page, heading in headings) == ("docs/monitoring.md", True), alert
            used.add(heading)
        else:
            named[page].add(alert["alert"])
    assert used == headings
    runbooks = {f"docs/runbooks/{path.name}": path for path in (PROJECT / "docs/runbooks").glob("*.md")}
    listed = {
        page: set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", _alerts(path))) for page, path in runbooks.items()
    }
    assert {page: names for page, names in listed.items() if names} == named


def _alerts(runbook: Path) -> str:
    """The paragraph that names the alerts, or nothing."""
    return runbook.read_text().partition("**Alerts:**")[2].partition("\n\n")[0]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("rules/*.yml")), ids=lambda path: path.stem)
def test_each_alert_fires_in_a_test_and_in_another_nothing_does(path: Path) -> None:
    """promtool runs them, in `make lint`."""
    cases = yaml.safe_load((FOLDER / "tests" / path.name).read_text())["tests"]
    expected = [case["promql_expr_test"][0]["exp_samples"] for case in cases]
    fired = set(re.findall(r'alertname="(\w+)"', str(expected)))
    (group,) = yaml.safe_load(path.read_text())["groups"]
    assert fired == {rule["alert"] for rule in group["rules"] if "alert" in rule}
    assert [] in expected


def test_dashboard_panels_do_not_overlap() -> None:
    panels = json.loads((FOLDER / "grafana/blog-ai.json").read_text())["panels"]
    places = [panel["gridPos"] for panel in panels]
    cells = [
        (column, line)
        for place in places
        for column in range(place["x"], place["x"] + place["w"])
        for line in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.django_db
def test_the_probe_of_health_reads_its_state(client: Client) -> None:
    module = yaml.safe_load((FOLDER / "blackbox.yml").read_text())["modules"]["health"]
    (pattern,) = module["http"]["fail_if_body_not_matches_regexp"]
    body = client.get("/health").text
    assert '"status": "degraded"' in body, "no worker"
    assert re.search(pattern, body)
    assert not re.search(pattern, body.replace("degraded", "unhealthy"))
