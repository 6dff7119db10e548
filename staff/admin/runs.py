"""Runs: what became of each, step by step and call by call."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from billing.models import UsageRecord
from generation.kinds.registry import KINDS
from generation.models import LlmCall, Notification, Run, RunEvent
from generation.models.run import asked
from generation.notifications.webhooks import without_query
from generation.runs.receipt import receipt_of
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import dollars, link, moment, state, took
from staff.admin.filters import ErrorCode, When, by
from staff.admin.search import people, uuid_of

PROVIDERS = ("openai", "anthropic", "gemini", "local", "simulated")
ENDINGS = ("stop", "length", "refusal", "stopped", "cut", "cancelled", "error")
"""Of a call."""
MOST_SHOWN = 200
"""Calls and milestones of a run on its screen."""
TOLD = ("part", "attempt", "length", "code", "detail", "title")
"""What is shown of a milestone: not the text, which takes a reason to read."""


class OfTestKey(Filter):
    title = "Test key"
    parameter_name = "test"
    offered = {"yes": "Yes", "no": "No"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(test=value == "yes")


class Runs(Screens[Run]):
    title = "Runs"
    list_display = ("topic", "kind", "account", "state", "code", "began", "took")
    list_filter = (
        by("kind", {name: kind.noun.capitalize() for name, kind in KINDS.items()}),
        by("status", Run.Status.choices, "State"),
        ErrorCode,
        OfTestKey,
        When,
    )
    search_by = "Id of a run, post, user or key; or a whole email"
    screen_template = "staff/run.html"

    def rows(self) -> QuerySet[Run]:
        shown = Run.objects.select_related("owner").annotate(about=asked())
        return shown.defer("brief", "outline")

    def screen_rows(self) -> QuerySet[Run]:
        return Run.objects.select_related("owner", "conversation")

    def found(self, rows: QuerySet[Run], words: str) -> QuerySet[Run]:
        if number := uuid_of(words):
            return rows.filter(
                Q(pk=number)
                | Q(post_id=number)
                | Q(target_id=number)
                | Q(owner=number)
                | Q(api_key_id=number)
            )
        return rows.filter(owner__in=people(words))

    def screen(self, run: Run, request: HttpRequest) -> dict[str, Any]:
        receipt = receipt_of(run)
        lines = UsageRecord.objects.filter(for_run=run.pk, user=run.owner_id)
        sent = Notification.objects.filter(event__run=run).select_related("event")
        return {
            "title": f"Run: {run.asked}",
            "actions": [
                action
                for action in offered(run, request.user)
                if action.name != "return_unit" or receipt.unit == "settled"
            ],
            "receipt": receipt,
            "callback": without_query(run.callback_url) if run.callback_url else "",
            "steps": run.steps.defer("text", "output").order_by("position"),
            "milestones": [_milestone(event) for event in run.events.order_by("seq")[:MOST_SHOWN]],
            "ledger": lines.order_by("pk"),
            "notifications": sent.order_by("pk"),
        }

    @display(description="Topic")
    def topic(self, run: Any) -> str:
        return str(run.about)[:100]

    @display(description="Kind")
    def kind(self, run: Run) -> str:
        return run.kind

    @display(description="Account")
    def account(self, run: Run) -> str:
        return link(run.owner, run.owner.email)

    @display(description="State")
    def state(self, run: Run) -> str:
        return state(run.status)

    @display(description="Error")
    def code(self, run: Run) -> str:
        return run.error_code

    @display(description="Began (UTC)")
    def began(self, run: Run) -> str:
        return moment(run.created_at)

    @display(description="Took")
    def took(self, run: Run) -> str:
        return took(run)


class ModelCalls(Screens[LlmCall]):
    title = "Model calls"
    list_display = ("model", "provider", "step", "of_run", "account", "tokens", "cost", "fault", "made")
    list_filter = (
        type("CallError", (ErrorCode,), {"field": "error"}),
        by("provider", {name: name for name in PROVIDERS}),
        by("finish_reason", {end: end for end in ENDINGS}, "Ending"),
        When,
    )
    search_by = "Id of a run or user; or a whole email"

    def rows(self) -> QuerySet[LlmCall]:
        return LlmCall.objects.select_related("owner")

    def found(self, rows: QuerySet[LlmCall], words: str) -> QuerySet[LlmCall]:
        if number := uuid_of(words):
            return rows.filter(Q(run=number) | Q(owner=number))
        return rows.filter(owner__in=people(words))

    @display(description="Run")
    def of_run(self, call: LlmCall) -> str:
        return link(Run(pk=call.run_id), str(call.run_id)[:13])

    @display(description="Account")
    def account(self, call: LlmCall) -> str:
        return link(call.owner, call.owner.email)

    @display(description="Tokens in, out")
    def tokens(self, call: LlmCall) -> str:
        return f"{call.input_tokens:,}, {call.output_tokens:,}"

    @display(description="Cost")
    def cost(self, call: LlmCall) -> str:
        return dollars(call.cost_usd)

    @display(description="Error")
    def fault(self, call: LlmCall) -> str:
        return call.error

    @display(description="Made (UTC)")
    def made(self, call: LlmCall) -> str:
        return moment(call.created_at)


def _milestone(event: RunEvent) -> dict[str, Any]:
    told = {name: event.data[name] for name in TOLD if event.data.get(name) not in (None, "")}
    return {"seq": event.seq, "type": event.type, "at": event.created_at, "told": told}
