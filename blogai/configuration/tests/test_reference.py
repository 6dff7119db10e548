"""docs/configuration.md: what it is made of. `make lint` compares the page itself."""

import os
import re

import pytest

from blogai import environment
from blogai.configuration import reference

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$", re.MULTILINE)


def test_it_says_what_the_settings_do() -> None:
    before = dict(os.environ), dict(environment.declared), dict(environment.variables_set)
    rows = {
        name: (takes, default, meaning) for name, takes, default, meaning in ROW.findall(reference.page())
    }
    assert before == (dict(os.environ), environment.declared, environment.variables_set)
    assert {name for name, row in rows.items() if "**required**" in row[1]} == {
        *("ENVIRONMENT", "SECRET_KEY", "API_KEY_PEPPER", "DATABASE_URL", "ALLOWED_HOSTS"),
        "TRUSTED_PROXY_HOPS",
    }
    assert rows["DRAIN_SECONDS"][:2] == ("a number from 0 to 300", "`0`; in production `2`")
    assert rows["DATA_DIR"][:2] == ("a folder", "`.data`")
    secret = {name for name, row in rows.items() if "**secret**" in row[0]}
    assert {"SECRET_KEY", "DATABASE_URL", "STRIPE_WEBHOOK_SECRET", "METRICS_TOKEN"} <= secret
    assert not {"OPENAI_API_TYPE", "PUBLIC_URL", "STRIPE_PRICE_ID_PRO"} & secret


def test_a_variable_without_a_comment_of_its_own_is_refused() -> None:
    with pytest.raises(reference.Undocumented, match="COLOR has no comment"):
        list(reference.sections("# --- Looks ---\n# Large or small\n#SIZE=large\n#COLOR=red\n"))
