"""Actions on runs, posts and notifications."""

from decimal import Decimal

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from billing import quotas
from blogai.core.errors import Conflict, StoppedByStaff
from generation.kinds.registry import kind_of
from generation.models import Notification, Post, Run
from generation.notifications import deliveries
from generation.runs import control
from generation.runs.costs import MAX_COST_LIMIT, MIN_COST_LIMIT
from staff.actions.base import Action, Deed, ReasonForm, ToldForm

STOPPED = (Run.Status.FAILED, Run.Status.CANCELLED)


class RetryForm(ReasonForm):
    max_cost_usd = forms.DecimalField(
        required=False,
        min_value=MIN_COST_LIMIT,
        max_value=MAX_COST_LIMIT,
        decimal_places=4,
        label="New cost limit, in US dollars",
        help_text="Only needed if it stopped at its limit. Leave it empty to keep the limit.",
    )


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("owner")


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("owner")


def _notifications() -> QuerySet[Notification]:
    return Notification.objects.select_related("event__run__owner")


def _retry(deed: Deed) -> str:
    limit: Decimal | None = deed.entered["max_cost_usd"]
    control.retry(deed.target.owner, deed.target.pk, limit)
    return f"The {kind_of(deed.target).noun} is in the queue again. Finished parts are kept."


def _cancel(deed: Deed) -> str:
    reason = StoppedByStaff(f"Our support team stopped this {kind_of(deed.target).noun}.")
    control.cancel(deed.target.owner, deed.target.pk, reason)
    return "The run is stopped. What is finished is kept."


def _give_back(deed: Deed) -> str:
    if deed.target.test:
        raise Conflict("A run of a test key takes no unit.")
    quotas.give_back(deed.target.reservation, reason=deed.reason, actor=deed.actor)
    unit = kind_of(deed.target).meter.removesuffix("s")
    return f"{deed.target.owner.email} has one more {unit} this month."


def _resend(deed: Deed) -> str:
    deliveries.resend(deed.target.pk)
    return "It is being sent again."


def _read(deed: Deed) -> str:
    return "Your reason is on record."


def _noun(run: Run) -> str:
    return kind_of(run).noun


def _owner_of(notification: Notification) -> User:
    return notification.event.run.owner


ACTIONS = (
    Action(
        name="retry_run",
        button="Try again",
        effect="It continues from where it stopped. If its unit was given back, it counts again.",
        told="Blog AI staff tried a {noun} again",
        noun=_noun,
        rows=_runs,
        do=_retry,
        fits=lambda run: run.status in STOPPED,
        form=RetryForm,
    ),
    Action(
        name="cancel_run",
        button="Stop run",
        effect="Its worker stops within a second. The unit is given back if there is nothing to read yet.",
        told="Blog AI staff stopped a {noun}",
        noun=_noun,
        rows=_runs,
        do=_cancel,
        fits=lambda run: run.status in Run.OPEN,
        dangerous=True,
    ),
    Action(
        name="return_unit",
        button="Give the unit back",
        effect="The customer has one more this month, whenever the run was. It can be done once.",
        told="Blog AI staff gave back a {noun}",
        noun=_noun,
        rows=_runs,
        do=_give_back,
        fits=lambda run: run.finished_at is not None and not run.test,
        form=ToldForm,
    ),
    Action(
        name="resend_notification",
        button="Send again",
        effect="It is sent again, with as many attempts as a new one.",
        told="Blog AI staff sent a notification again",
        rows=_notifications,
        owner=_owner_of,
        do=_resend,
        fits=lambda notification: notification.state != Notification.State.PENDING,
    ),
    Action(
        name="read_post",
        button="Read this post",
        effect="The text belongs to the customer. That you read it, and why, stays on record.",
        told="Blog AI staff read a post",
        rows=_posts,
        do=_read,
        shows_text=True,
    ),
)
