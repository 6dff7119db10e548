import os

import pytest
import redis


@pytest.fixture
def redis_url() -> str:
    """A Redis on this machine. Without one the test is skipped, or fails if CI is set."""
    address = "redis://127.0.0.1:6379/0"
    try:
        redis.Redis.from_url(address).ping()
    except redis.RedisError:
        if os.environ.get("CI"):
            raise
        pytest.skip("needs Redis")
    return address
