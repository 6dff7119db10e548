"""An action: what staff may do to one thing, through a service, with a reason that is kept.

An action's name is its permission (`staff.<name>`), its address and its name in `staff_actions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import User
from accounts.security_events import record_staff_action
from blogai.core.errors import PermissionDenied
from generation.models import Notification, Run
from staff.access import require
from staff.models import MAX_REASON, StaffAction

SENT_BEFORE = "This form was sent before, and was done then."


class ActionForm(forms.Form):
    """The fields of an action. Its id makes one deed of a form that is sent twice."""

    form = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    on_record = True
    """Whether what is entered is stored with the reason."""
    told = False
    """Whether the owner reads the reason."""

    def __init__(self, *args: Any, target: Any = None, **kwargs: Any) -> None:
        self.target = target
        super().__init__(*args, **kwargs)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to enter: a button is enough."""
        return not self.visible_fields()

    def entered(self) -> dict[str, Any]:
        """What was entered beside the reason."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "form")}


class ReasonForm(ActionForm):
    reason = forms.CharField(
        max_length=MAX_REASON,
        help_text="Stays on record with your name. Up to 200 characters.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])


class ToldForm(ReasonForm):
    """Of an action whose reason its customer reads, in the ledger and in the activity of the account."""

    told = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "The customer can read this in their usage. Up to 200 characters."


@dataclass(frozen=True, slots=True)
class Deed:
    """One use of an action."""

    actor: User
    target: Any
    owner: User | None
    """Whose account it is about."""
    reason: str
    entered: dict[str, Any]
    """What was entered beside the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    name: str
    button: str
    """What the button says: a verb."""
    effect: str
    """What will happen, for whoever is about to press it."""
    rows: Callable[[], "QuerySet[Any]"]
    """All that it can be done to, or that it adds a row to."""
    do: Callable[[Deed], str]
    """Calls a service; returns what was done, as a sentence. Raises BlogAIError if it cannot be done."""
    fits: Callable[[Any], bool] = lambda target: True
    """Whether to offer it. Whether it can be done, its service decides."""
    owner: Callable[[Any], User | None] = lambda target: target.owner
    told: str
    """What its owner reads in the activity of the account; `{name}` is what was entered there.

    `{noun}` is the target's.
    Empty: it is about nobody's account, or for colleagues alone, or its service tells the owner itself.
    """
    noun: Callable[[Any], str] = lambda target: ""
    """What its owner calls the target."""
    form: type[ActionForm] = ReasonForm
    adds: bool = False
    """Whether it makes a row, instead of doing something to one."""
    dangerous: bool = False
    shows_text: bool = False
    """Whether it shows the text of a post, once the reason is on record."""

    @property
    def permission(self) -> str:
        return f"staff.{self.name}"


def perform(action: Action, actor: User, target: Any, form: ActionForm, request_id: str) -> str:
    """Do it and put it on record, in one transaction; returns what was done, as a sentence.

    A form that is sent a second time does nothing more. Raises PermissionDenied, and what the service raises.
    """
    require(actor, action.permission)
    owner = action.owner(target)
    require_other(actor, owner)
    deed = Deed(actor, target, owner, form.cleaned_data.get("reason", ""), form.entered())
    with transaction.atomic():
        if not _put_on_record(action, deed, form, request_id):
            return SENT_BEFORE
        done = action.do(deed)
        if owner is not None and action.told:
            told = action.told.format(**deed.entered, noun=action.noun(target))
            reason = deed.reason if form.told else ""
            record_staff_action(owner, told, about=_named(target), reason=reason)
        return done


def require_other(actor: User, owner: User | None) -> None:
    """Raises PermissionDenied for their own account: nobody but a superuser gives themselves a plan."""
    if owner is not None and owner.pk == actor.pk and not actor.is_superuser:
        raise PermissionDenied("This is your own account: ask somebody else on the staff.")


def _put_on_record(action: Action, deed: Deed, form: ActionForm, request_id: str) -> bool:
    """False if the form was sent before. Whoever sends it at once waits for the first."""
    target: Model = deed.target
    entered = deed.entered if form.on_record else {}
    _, new = StaffAction.objects.get_or_create(
        form_id=form.cleaned_data["form"],
        defaults={
            "action": action.name,
            "actor": deed.actor,
            "subject": deed.owner,
            "object_type": str(target._meta.model_name),
            "object_id": str(target.pk),
            "reason": deed.reason,
            "details": {name: _plain(value) for name, value in entered.items()},
            "request_id": request_id,
        },
    )
    return new


def _named(target: Any) -> str:
    """What the owner calls it; empty for the account itself."""
    if isinstance(target, Notification):
        target = target.event.run
    if isinstance(target, Run):
        return target.asked
    return "" if isinstance(target, User) else str(target)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    return str(value)
