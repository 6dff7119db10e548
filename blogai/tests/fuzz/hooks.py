"""What Schemathesis leaves out."""

from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: Any) -> bool:
    """A header that nobody knows is not refused: HTTP wants it ignored."""
    return "x-schemathesis-unknown-property" not in (case.headers or {})
