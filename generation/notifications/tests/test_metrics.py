from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.models import User
from generation.llm.simulated import Server
from generation.models import Notification
from generation.notifications.metrics import notifications
from generation.notifications.tests.acting import a_run, write
from generation.notifications.tests.receiving import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> dict[tuple[str, ...], float]:
    samples = [sample for family in notifications() for sample in family.samples]
    return {(sample.name.rpartition("_")[2], sample.labels["kind"]): sample.value for sample in samples}


def test_webhooks_and_mails_that_wait_or_were_given_up(
    alice: User, provider: Server, receiver: Receiver
) -> None:
    nothing = {(state, kind): 0 for state in ("pending", "failed") for kind in ("callback", "mail")}
    assert found() == nothing
    write(a_run(alice, callback_url=receiver.url))
    assert found() == nothing | {("pending", "callback"): 1}
    Notification.objects.update(state="failed", tried_at=Now())
    assert found() == nothing | {("failed", "callback"): 1}
    Notification.objects.update(tried_at=Now() - timedelta(minutes=16))
    assert found() == nothing
