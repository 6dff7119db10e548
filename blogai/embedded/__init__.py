"""What a laptop lacks: a Postgres and a model of our own, kept in DATA_DIR while someone uses them."""

from blogai.embedded.address import database_address, parsed_address
from blogai.embedded.model import DemoModel, demo_model, demo_model_if_needed
from blogai.embedded.refusal import CannotStart
from blogai.embedded.secret import kept_secret
from blogai.embedded.sharing import database

__all__ = [
    "CannotStart",
    "DemoModel",
    "database",
    "database_address",
    "demo_model",
    "demo_model_if_needed",
    "kept_secret",
    "parsed_address",
]
