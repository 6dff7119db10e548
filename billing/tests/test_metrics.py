from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from billing.metrics import stripe_events
from billing.models import StripeEvent

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> list[float]:
    return [family.samples[0].value for family in stripe_events()]


def test_events_wait_until_their_customer_was_looked_up() -> None:
    assert found() == [0, 0]
    now = timezone.now()
    for number, minutes in enumerate((1, 10)):
        StripeEvent.objects.create(
            id=f"evt_{number}",
            type="invoice.paid",
            created=now,
            customer_id="cus_1",
            received_at=now - timedelta(minutes=minutes),
            payload={},
        )
    count, age = found()
    assert count == 2
    assert 600 <= age < 630
    StripeEvent.objects.update(processed_at=Now())
    assert found() == [0, 0]
