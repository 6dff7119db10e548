"""What staff look at, built through services; every text in it that a customer chooses is a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys
from accounts.models import User
from billing.models import StripeEvent, TierLimit, UsageRecord
from generation.models import LlmCall, Notification, Run
from generation.pipeline.types import Brief
from generation.posts.tests.posts import a_post
from generation.runs import control
from generation.runs.start import RunOptions, start_run
from health.incidents import open_incident
from health.models import Incident
from staff.models import StaffAction

SCRIPT = "<script>alert('taken over')</script>"
CALLBACK = "https://hooks.example.com/in?token=a-secret-of-theirs"

LISTS = {
    "user": "/admin/accounts/user/",
    "run": "/admin/generation/run/",
    "post": "/admin/generation/post/",
    "notification": "/admin/generation/notification/",
    "key": "/admin/accounts/apikey/",
    "plan": "/admin/billing/tierlimit/",
    "line": "/admin/billing/usagerecord/",
    "event": "/admin/billing/stripeevent/",
    "call": "/admin/generation/llmcall/",
    "job": "/admin/procrastinate/procrastinatejob/",
    "incident": "/admin/health/incident/",
    "done": "/admin/staff/staffaction/",
}
WITHOUT_SCREEN = {"line", "call", "done"}


@dataclass(frozen=True)
class Things:
    owner: User
    raw_key: str
    by_name: Mapping[str, object]

    @property
    def run(self) -> Run:
        run = self.by_name["run"]
        assert isinstance(run, Run)
        return run

    def screen(self, name: str) -> str:
        return f"{LISTS[name]}{self.by_name[name].pk}"  # type: ignore[attr-defined]

    @property
    def screens(self) -> list[str]:
        return [self.screen(name) for name in LISTS if name not in WITHOUT_SCREEN]


def a_run(owner: User) -> Run:
    """One that asked for a mail and a webhook, and was cancelled before there was anything to read."""
    run = start_run(owner, RunOptions(brief=Brief(topic=SCRIPT), email_when_done=True))
    Run.objects.filter(pk=run.pk).update(callback_url=CALLBACK)  # as on a plan with webhooks
    return control.cancel(owner, run.pk)


def a_call(run: Run) -> LlmCall:
    return LlmCall.objects.create(
        **{"run": run, "owner": run.owner, "step": "outline", "provider": "openai", "model": SCRIPT},
        **{"input_tokens": 9, "output_tokens": 12, "cost_usd": Decimal("0.01"), "price_version": "1"},
        **{"duration_ms": 2140, "finish_reason": "error", "error": "provider_timeout"},
    )


def an_event(customer_id: str = "cus_1") -> StripeEvent:
    return StripeEvent.objects.create(
        id=f"evt_{uuid4().hex}",
        type="invoice.paid",
        created=timezone.now(),
        customer_id=customer_id,
        payload={"status": SCRIPT},
    )


def a_job() -> ProcrastinateJob:
    number = app.configure_task("write_run").defer(run_id=SCRIPT)
    job: ProcrastinateJob = ProcrastinateJob.objects.get(pk=number)
    return job


def an_incident() -> Incident:
    return open_incident(title=SCRIPT, component="web", impact="degraded", text=SCRIPT)


def a_deed(actor: User, subject: User) -> StaffAction:
    return StaffAction.objects.create(
        **{"actor": actor, "subject": subject, "action": "confirm_email", "object_type": "user"},
        **{"object_id": str(subject.pk), "reason": SCRIPT, "request_id": "req-1", "form_id": uuid4()},
        details={"tier": SCRIPT},
    )


def everything_of(owner: User) -> Things:
    User.objects.filter(pk=owner.pk).update(name=SCRIPT)
    run = a_run(owner)
    Run.objects.filter(pk=run.pk).update(error_code="provider_error", error_detail=SCRIPT)
    key, raw = api_keys.issue(owner, SCRIPT, ["read"])
    return Things(
        owner,
        raw,
        {
            "user": owner,
            "run": Run.objects.get(pk=run.pk),
            "post": a_post(owner, SCRIPT, text=SCRIPT),
            "notification": Notification.objects.filter(event__run=run, kind="callback").get(),
            "key": key,
            "plan": TierLimit.objects.get(tier="free"),
            "line": UsageRecord.objects.filter(user=owner).first(),
            "event": an_event(),
            "call": a_call(run),
            "job": a_job(),
            "incident": an_incident(),
            "done": a_deed(owner, owner),
        },
    )


def more_of_everything(owner: User, number: int) -> None:
    """So many more rows in every list but that of the plans, of as many owners."""
    for each in range(number):
        another = User.objects.create(email=f"{each}-{uuid4().hex}@example.com", name=SCRIPT)
        run = a_run(another)
        a_call(run)
        a_post(another, SCRIPT)
        api_keys.issue(another, SCRIPT, ["read"])
        an_event(f"cus_{each}")
        a_job()
        an_incident()
        a_deed(owner, another)
