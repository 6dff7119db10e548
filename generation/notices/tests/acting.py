"""Runs that end, and one attempt to tell of it."""

from asgiref.sync import async_to_sync

from accounts.models import User
from generation.notices.models import Notice
from generation.notices.tasks import deliver_notice
from generation.pipeline.types import Brief
from generation.runs import services
from generation.runs.execute import execute
from generation.runs.models import Run


def a_run(owner: User, topic: str = "How tides work", **asked: object) -> Run:
    return services.start(owner, brief=Brief(topic=topic, sections=1), **asked)  # type: ignore[arg-type]


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def attempt(notice: Notice) -> Notice:
    """The notice after the job ran once; whatever it raises is what the queue tries again after."""
    async_to_sync(deliver_notice.func)(notice_id=str(notice.pk))
    notice.refresh_from_db()
    return notice
