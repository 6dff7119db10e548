"""All actions, by name."""

from django.db.models import Model

from staff.access import Visitor, may
from staff.actions import accounts, incidents, plans, runs
from staff.actions.base import Action

ACTIONS: dict[str, Action] = {
    action.name: action for action in (*accounts.ACTIONS, *plans.ACTIONS, *runs.ACTIONS, *incidents.ACTIONS)
}


def offered(target: Model, actor: Visitor) -> list[Action]:
    """What this member of staff may do to it now."""
    return [
        action
        for action in ACTIONS.values()
        if _is_for(action, type(target), actor) and not action.adds and action.fits(target)
    ]


def adding(model: type[Model], actor: Visitor) -> list[Action]:
    """With what this member of staff may add a row to the model."""
    return [action for action in ACTIONS.values() if _is_for(action, model, actor) and action.adds]


def _is_for(action: Action, model: type[Model], actor: Visitor) -> bool:
    return action.rows().model is model and may(actor, action.permission)
