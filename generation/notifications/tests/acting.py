"""Runs that end, and single attempts to deliver their notifications."""

from asgiref.sync import async_to_sync

from accounts.models import User
from billing.tiers import set_tier, tier_for
from generation.models import Notification, Run
from generation.notifications.tasks import deliver_notice
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute


def a_run(owner: User, topic: str = "How tides work", **asked: object) -> Run:
    if asked.get("callback_url"):
        on_a_plan_with_webhooks(owner)
    return start_run(owner, RunOptions(brief=Brief(topic=topic, sections=1), **asked))  # type: ignore[arg-type]


def on_a_plan_with_webhooks(user: User) -> User:
    if "webhooks" not in tier_for(user).features:
        set_tier(user=user, tier="starter")
    return user


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def attempt(notification: Notification) -> Notification:
    """The notification after its job ran once. What that raises makes the queue retry."""
    async_to_sync(deliver_notice.func)(notice_id=str(notification.pk))
    notification.refresh_from_db()
    return notification
