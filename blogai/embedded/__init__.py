"""What a laptop lacks: a Postgres and a model of our own, kept in DATA_DIR while someone uses them."""

from blogai.embedded.address import database_address, parsed_address
from blogai.embedded.database import database
from blogai.embedded.demo_model import demo_model
from blogai.embedded.refusal import CannotStart
from blogai.embedded.secret import kept_secret

__all__ = ["CannotStart", "database", "database_address", "demo_model", "kept_secret", "parsed_address"]
