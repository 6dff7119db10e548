from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from blogai.schema.scratch import scratch_database


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """An empty database, which Django uses during the test."""
    with django_db_blocker.unblock(), scratch_database():
        yield
