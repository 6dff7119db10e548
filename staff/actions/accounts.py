"""Actions on accounts and their API keys."""

from django import forms
from django.db.models import QuerySet

from accounts import closing, second_factor, services
from accounts.api_keys import revoke
from accounts.models import ApiKey, User
from billing.stripe import events, mirror
from blogai.core.errors import Conflict, PermissionDenied
from staff import groups, notes
from staff.actions.base import Action, ActionForm, Deed, ReasonForm
from staff.models import MAX_NOTE


class NoteForm(ActionForm):
    note = forms.CharField(
        max_length=MAX_NOTE,
        help_text="For colleagues. It goes when the account goes. Up to 2,000 characters.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    on_record = False


class RoleForm(ReasonForm):
    is_staff = forms.BooleanField(required=False, label="On the staff", help_text="May open this admin.")
    groups = forms.MultipleChoiceField(
        required=False, choices=[(name, name.capitalize()) for name in groups.GROUPS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: object, target: User, **kwargs: object) -> None:
        super().__init__(*args, target=target, **kwargs)
        self.initial = {"is_staff": target.is_staff, "groups": groups.names_of(target)}


def _users() -> QuerySet[User]:
    return User.objects.all()


def _themselves(user: User) -> User:
    return user


def _keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("owner")


def _confirm(deed: Deed) -> str:
    services.confirm_email(deed.target)
    return f"{deed.target.email} is confirmed."


def _close(deed: Deed) -> str:
    _require_customer(deed)
    closing.close_by_staff(deed.target)
    return f"The account {deed.target.email} is closed."


def _reopen(deed: Deed) -> str:
    _require_customer(deed)
    closing.reopen_by_staff(deed.target)
    return f"The account {deed.target.email} is open again."


def _reset(deed: Deed) -> str:
    _require_customer(deed)
    removed = second_factor.reset(deed.target, by=f"staff {deed.actor.pk}")
    if not removed:
        raise Conflict("This account has no second factor.")
    return f"Removed from {deed.target.email}: {', '.join(removed)}."


def _require_customer(deed: Deed) -> None:
    """Raises PermissionDenied: colleagues do not shut each other out, and nobody themselves."""
    if deed.target.pk == deed.actor.pk:
        raise PermissionDenied("You cannot do this to your own account.")
    if deed.target.is_staff and not deed.actor.is_superuser:
        raise PermissionDenied("Only a superuser does this to an account of staff.")


def _revoke(deed: Deed) -> str:
    revoke(deed.target)
    return f"The key {deed.target} is revoked."


def _note(deed: Deed) -> str:
    notes.add(user=deed.target, author=deed.actor, text=deed.entered["note"])
    return "Your note is saved."


def _look(deed: Deed) -> str:
    customers = mirror.customers_of(deed.target.pk)
    if not customers:
        raise Conflict("Stripe has no customer for this account.")
    for customer_id in customers:
        events.defer_sync(customer_id)
    return "A worker looks the customer up at Stripe. Reload this page in a few seconds."


def _set_role(deed: Deed) -> str:
    if deed.target.pk == deed.actor.pk:
        raise PermissionDenied("You cannot change your own role.")
    groups.set_role(user=deed.target, is_staff=deed.entered["is_staff"], names=deed.entered["groups"])
    return f"The role of {deed.target.email} is changed."


ACTIONS = (
    Action(
        name="add_note",
        button="Add note",
        effect="Colleagues see the note on this screen.",
        told="",
        rows=_users,
        owner=_themselves,
        do=_note,
        form=NoteForm,
    ),
    Action(
        name="look_at_stripe",
        button="Look again at Stripe",
        effect="A worker asks Stripe what the customer has, and we go by the answer.",
        told="Blog AI staff checked your subscription at Stripe",
        rows=_users,
        owner=_themselves,
        do=_look,
        form=ActionForm,
    ),
    Action(
        name="confirm_email",
        button="Confirm email",
        effect="The address counts as confirmed, as if the link in our mail had been followed.",
        told="Blog AI staff confirmed your email address",
        rows=_users,
        owner=_themselves,
        do=_confirm,
    ),
    Action(
        name="close_account",
        button="Close account",
        effect="Its sessions, API keys and runs end, and so does its subscription with the period paid for. "
        "Its owner gets a mail. Nothing is deleted.",
        told="",
        rows=_users,
        owner=_themselves,
        do=_close,
        fits=lambda user: user.is_active,
        dangerous=True,
    ),
    Action(
        name="reopen_account",
        button="Open account again",
        effect="Its owner can sign in again, and gets a mail. Its API keys stay revoked, and its "
        "subscription ends unless the owner resumes it.",
        told="",
        rows=_users,
        owner=_themselves,
        do=_reopen,
        fits=lambda user: not user.is_active,
    ),
    Action(
        name="reset_second_factors",
        button="Reset second factors",
        effect="Their app, passkeys and recovery codes are removed, all sessions end, and their owner gets a "
        "mail. Make sure first that it is the owner who asks: docs/second-factor.md says how.",
        told="",
        rows=_users,
        owner=_themselves,
        do=_reset,
        dangerous=True,
    ),
    Action(
        name="set_role",
        button="Change role",
        effect="Groups say what somebody on the staff may do. Who is not on the staff is in none.",
        told="Blog AI staff changed your role on the staff",
        rows=_users,
        owner=_themselves,
        do=_set_role,
        form=RoleForm,
    ),
    Action(
        name="revoke_key",
        button="Revoke key",
        effect="Requests with it are refused from now on. This cannot be undone.",
        told="Blog AI staff revoked an API key",
        rows=_keys,
        do=_revoke,
        fits=lambda key: key.revoked_at is None,
        dangerous=True,
    ),
)
