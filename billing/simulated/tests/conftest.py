"""The simulated Stripe by itself, without the product: no test here touches the database."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from billing.simulated import SimulatedStripe
from billing.simulated.world import API_VERSION


@pytest.fixture
def simulated() -> Iterator[SimulatedStripe]:
    with SimulatedStripe() as simulated:
        yield simulated


@pytest.fixture
def sdk(simulated: SimulatedStripe) -> Any:
    """Stripe's own client, as it calls the simulated one."""
    http = stripe.RequestsClient(timeout=10)
    client = stripe.StripeClient(
        simulated.key,
        stripe_version=API_VERSION,
        base_addresses={"api": simulated.url},
        max_network_retries=0,
        http_client=http,
    )
    yield client.v1
    http.close()  # type: ignore[no-untyped-call]
