"""The manifests in docker/k8s, as kustomize renders them, compared with what they deploy.

A patch whose target is gone changes nothing and says nothing, so these look at what it should have done.
"""

import re
import runpy
import subprocess
import sys
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import resolve

from blogai.container import connections
from blogai.container.__main__ import USAGE
from blogai.container.tests.test_files import services
from blogai.serving.stopping import TIME_LIMIT
from blogai.tests.processes import PROJECT
from blogai.tests.test_env_example import listed
from generation.worker import metrics
from health import views

FOLDER = PROJECT / "docker/k8s"
OVERLAYS = ("production", "staging")
DOCKERFILE = (PROJECT / "Dockerfile.prod").read_text()
NGINX = (PROJECT / "docker/nginx/nginx.conf.template").read_text()


@cache
def rendered(overlay: str) -> dict[tuple[str, str], Any]:
    """The manifests by kind and name; generated names without their hash."""
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run(
        [kubectl, "kustomize", FOLDER / "overlays" / overlay], capture_output=True, text=True, check=True
    )
    return {
        (found["kind"], re.sub(r"^(blog-ai-settings)-\w{10}$", r"\1", found["metadata"]["name"])): found
        for found in yaml.safe_load_all(done.stdout)
    }


def of_kind(overlay: str, *kinds: str) -> list[Any]:
    return [found for (kind, _), found in rendered(overlay).items() if kind in kinds]


def pod_of(workload: Any) -> Any:
    return workload["spec"]["template"]["spec"]


def web_and_worker(overlay: str) -> tuple[Any, Any]:
    return rendered(overlay)["Deployment", "blog-ai"], rendered(overlay)["Deployment", "blog-ai-worker"]


def settings_of(overlay: str) -> dict[str, str]:
    found: dict[str, str] = rendered(overlay)["ConfigMap", "blog-ai-settings"]["data"]
    return found


def seconds_of(probe: Any) -> int:
    """How long a probe may fail before Kubernetes acts."""
    seconds: int = probe["periodSeconds"] * probe["failureThreshold"]
    return seconds


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_one_image_runs_the_three_commands(overlay: str) -> None:
    workloads = of_kind(overlay, "Deployment", "Job")
    containers = [container for workload in workloads for container in pod_of(workload)["containers"]]
    assert sorted(container["args"] for container in containers) == [["migrate"], ["web"], ["worker"]]
    assert all(f"  {container['args'][0]} " in USAGE for container in containers)
    (image,) = {container["image"] for container in containers}
    assert (
        image.rpartition("/")[2].partition(":")[0]
        == services("docker-compose.prod.yml")["blog-ai"]["image"].partition(":")[0]
    )
    assert re.search(r":\d", image), "a tag that moves would be another version after a restart"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_run_as_the_image_does_and_write_only_where_it_may(overlay: str) -> None:
    ((uid, gid),) = re.findall(r"^USER (\d+):(\d+)", DOCKERFILE, re.MULTILINE)
    (data,) = re.findall(r"DATA_DIR=(\S+)", DOCKERFILE)
    shares = ("PersistentVolumeClaim", "blog-ai-data") in rendered(overlay)
    for workload in of_kind(overlay, "Deployment", "Job"):
        pod = pod_of(workload)
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True
        assert (context["runAsUser"], context["runAsGroup"]) == (int(uid), int(gid))
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        writable = {mount["mountPath"]: not mount.get("readOnly") for mount in container["volumeMounts"]}
        # Archives are written where every pod sees them, or nowhere.
        archives = {data: shares} if workload["kind"] == "Deployment" else {}
        assert writable == {"/tmp": True} | archives  # noqa: S108
        sources = {volume["name"]: volume.keys() - {"name"} for volume in pod["volumes"]}
        assert sources["tmp"] == {"emptyDir"}
        if archives:
            assert sources["data"] == {"persistentVolumeClaim" if shares else "emptyDir"}


def test_probes_ask_routes_that_exist_and_liveness_asks_no_service() -> None:
    (container,) = pod_of(web_and_worker("production")[0])["containers"]
    asked = {
        kind: resolve(container[kind]["httpGet"]["path"]).func.view_class  # type: ignore[attr-defined]
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert asked == {"startupProbe": views.Live, "livenessProbe": views.Live, "readinessProbe": views.Ready}
    (worker,) = pod_of(web_and_worker("production")[1])["containers"]
    program, command = worker["livenessProbe"]["exec"]["command"]
    assert (PROJECT / program.removeprefix("/app/")).is_file() and f"  {command} " in USAGE


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_slow_start_is_not_taken_for_a_dead_pod(overlay: str) -> None:
    """A container waits for Postgres and then for Redis before it listens."""
    for deployment in web_and_worker(overlay):
        (container,) = pod_of(deployment)["containers"]
        assert seconds_of(container["startupProbe"]) > 2 * float(settings_of(overlay)["START_TIMEOUT"]) + 30


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ports_and_time_to_stop_are_those_of_gunicorn(overlay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        **dict(re.findall(r"(HOST|\w*PORT)=(\S+)", DOCKERFILE)),
        **settings_of(overlay),
    }.items():
        monkeypatch.setenv(name, value)
    gunicorn = runpy.run_path(str(PROJECT / "docker/gunicorn.conf.py"))
    web, worker = web_and_worker(overlay)
    (container,) = pod_of(web)["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert [f"0.0.0.0:{port}" for port in ports.values()] == gunicorn["bind"]
    for service in of_kind(overlay, "Service"):
        assert all(port["targetPort"] in ports for port in service["spec"]["ports"])
    before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod_of(web)["terminationGracePeriodSeconds"] > before + gunicorn["graceful_timeout"]
    assert pod_of(worker)["terminationGracePeriodSeconds"] > ceil(TIME_LIMIT)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_have_only_variables_that_exist_and_ingresses_their_names(overlay: str) -> None:
    assert settings_of(overlay).keys() <= set(listed())
    hosts = settings_of(overlay)["ALLOWED_HOSTS"].split(",")
    assert len(hosts) == 2
    for ingress in of_kind(overlay, "Ingress"):
        assert [rule["host"] for rule in ingress["spec"]["rules"]] == hosts
        assert [host for tls in ingress["spec"]["tls"] for host in tls["hosts"]] == hosts


def test_the_secret_is_yours_to_create() -> None:
    example = yaml.safe_load((FOLDER / "secret.example.yaml").read_text())
    assert example["stringData"].keys() <= set(listed())
    assert {"SECRET_KEY", "API_KEY_PEPPER", "DATABASE_URL", "REDIS_URL"} <= example["stringData"].keys()
    for overlay in OVERLAYS:
        assert not of_kind(overlay, "Secret")
        for workload in of_kind(overlay, "Deployment", "Job"):
            (container,) = pod_of(workload)["containers"]
            assert container["envFrom"][1]["secretRef"]["name"] == example["metadata"]["name"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_selects_pods_selects_some(overlay: str) -> None:
    pods = [
        workload["spec"]["template"]["metadata"]["labels"].items()
        for workload in of_kind(overlay, "Deployment", "Job")
    ]
    selectors = [found["spec"]["selector"] for found in of_kind(overlay, "Service")]
    for found in of_kind(overlay, "PodDisruptionBudget"):
        selectors.append(found["spec"]["selector"]["matchLabels"])
    for found in of_kind(overlay, "NetworkPolicy"):
        selectors.append(found["spec"]["podSelector"]["matchLabels"])
    assert len(selectors) == 8
    assert all(any(selector.items() <= labels for labels in pods) for selector in selectors)
    for found in of_kind(overlay, "HorizontalPodAutoscaler", "ScaledObject"):
        scaled = rendered(overlay)["Deployment", found["spec"]["scaleTargetRef"]["name"]]
        assert "replicas" not in scaled["spec"], "each `apply` would set back what was scaled"


def test_the_ingresses_wait_as_long_and_take_as_much_as_nginx() -> None:
    pages, sockets = re.findall(r"proxy_read_timeout (\d+)s;", NGINX)
    (connect,) = re.findall(r"proxy_connect_timeout (\d+)s;", NGINX)
    (body,) = re.findall(r"client_max_body_size (\w+);", NGINX)
    for name, path, seconds in (("blog-ai", "/", pages), ("blog-ai-sockets", "/ws/", sockets)):
        ingress = rendered("production")["Ingress", name]
        assert {one["path"] for rule in ingress["spec"]["rules"] for one in rule["http"]["paths"]} == {path}
        said = {key.rpartition("/")[2]: value for key, value in ingress["metadata"]["annotations"].items()}
        assert said["proxy-read-timeout"] == said["proxy-send-timeout"] == seconds
        assert said["proxy-connect-timeout"] == connect
        assert said.get("proxy-body-size") == (body if path == "/" else None)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_fits_into_what_one_may_open(overlay: str, settings: Any) -> None:
    given = settings_of(overlay)
    settings.WEB_PROCESSES, settings.DB_POOL_MAX = int(given["UVICORN_WORKERS"]), int(given["DB_POOL_MAX"])
    for command in ("web", "worker"):
        assert connections.needs_of(command).total <= int(given["DB_MAX_CONNECTIONS"])


def test_the_docs_count_the_connections_of_all_pods(settings: Any) -> None:
    """An update adds a pod (maxSurge) while another one finishes."""
    given = settings_of("production")
    settings.WEB_PROCESSES, settings.DB_POOL_MAX = int(given["UVICORN_WORKERS"]), int(given["DB_POOL_MAX"])
    most = {
        "web": rendered("production")["HorizontalPodAutoscaler", "blog-ai-hpa"]["spec"]["maxReplicas"],
        "worker": rendered("production")["ScaledObject", "blog-ai-worker"]["spec"]["maxReplicaCount"],
    }
    total = 0
    docs = (PROJECT / "docs/kubernetes.md").read_text()
    for command, deployment in zip(most, web_and_worker("production"), strict=True):
        pods = most[command] + deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"] + 1
        each = connections.needs_of(command).total
        total += pods * each
        assert re.search(rf"^\| {command} \| {pods} \| {each} .*\| {pods * each} \|$", docs, re.MULTILINE)
    assert f"**{total}**" in docs
    assert f"= {total} connections" in (FOLDER / "base/settings.env").read_text()


@pytest.mark.django_db
def test_workers_are_scaled_by_a_figure_that_we_report() -> None:
    (trigger,) = rendered("production")["ScaledObject", "blog-ai-worker"]["spec"]["triggers"]
    (name,) = re.findall(r"blogai_\w+", trigger["metadata"]["query"])
    assert name in {metric.name for metric in metrics.queue()}
