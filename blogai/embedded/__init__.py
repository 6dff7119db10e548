"""The embedded Postgres and the demo model, for a developer's machine. Their data is in DATA_DIR."""

from blogai.embedded.address import database_address, parsed_address
from blogai.embedded.errors import CannotStart
from blogai.embedded.model import DemoModel, demo_model, demo_model_if_needed
from blogai.embedded.secrets import get_or_create_secret
from blogai.embedded.shared_postgres import database

__all__ = [
    "CannotStart",
    "DemoModel",
    "database",
    "database_address",
    "demo_model",
    "demo_model_if_needed",
    "get_or_create_secret",
    "parsed_address",
]
