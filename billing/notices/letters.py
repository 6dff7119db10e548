"""What each notice says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from billing import quotas
from billing.entitlements import GRACE
from billing.models import Entitlement, Meter, Notice
from billing.notices.preferences import off_url, wants_usage_notices
from billing.tiers import pricing_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as text: paragraphs, then perhaps a link. `off` is where such mails are turned off."""

    subject: str
    paragraphs: Sequence[str]
    label: str = ""
    url: str = ""
    off: str = ""


def letter(notice: Notice) -> Letter | None:
    """What the notice says now; None if there is nothing to say anymore."""
    return LETTERS[notice.kind](notice)


def _receipt(notice: Notice) -> Letter:
    amount, number, paid_at = (notice.facts[name] for name in ("amount", "number", "paid_at"))
    moment = datetime.fromtimestamp(int(paid_at), UTC) if paid_at else notice.created_at
    return Letter(
        subject=f"Your receipt: {amount}",
        paragraphs=(
            f"Thank you. We received your payment of {amount} on {_day(moment, notice.user)}.",
            *notice.facts["lines"].splitlines(),
            *([f"Invoice number: {number}"] if number else []),
        ),
        label="View your invoice",
        url=notice.facts["url"],
    )


def _payment_failed(notice: Notice) -> Letter | None:
    """None if it went through in the meantime, or the plan has ended."""
    due = Entitlement.objects.filter(user=notice.user, status=Entitlement.Status.PAST_DUE).first()
    if due is None or due.past_due_since is None or due.subscribed_tier_id is None:
        return None
    plan, until = due.subscribed_tier_id.title(), due.past_due_since + GRACE
    if until <= timezone.now():
        return None
    day = _day(until, notice.user)
    return Letter(
        subject="Your payment didn’t go through",
        paragraphs=(
            f"We couldn’t collect {notice.facts['amount']} for your {plan} plan.",
            f"We’ll keep trying, and you keep your plan until {day}. If the payment still hasn’t gone "
            "through by then, your plan ends. Everything you’ve written stays.",
        ),
        label="Pay now or change your card",
        url=notice.facts["url"],
    )


def _nearly_used_up(notice: Notice) -> Letter | None:
    """None if they have used all by now, which another notice says."""
    usage = quotas.usage(notice.user)
    meter, used, limit = _taken(notice, usage)
    if limit is None or used * 100 < limit * 80 or used >= limit:
        return None
    return _usage_letter(notice, usage, f"{used} of the {limit} {meter}")


def _used_up(notice: Notice) -> Letter | None:
    usage = quotas.usage(notice.user)
    meter, used, limit = _taken(notice, usage)
    if limit is None or used < limit:
        return None
    return _usage_letter(notice, usage, f"all {limit} {meter}")


def _taken(notice: Notice, usage: quotas.Usage) -> tuple[str, int, int | None]:
    """The meter that the notice is about, how many of its units are used now, and the limit."""
    meter, _ = notice.kind.split("_")
    taken = usage["month"] if meter == Meter.POSTS else usage["assists"]
    return meter, taken["used"], taken["limit"]


def _usage_letter(notice: Notice, usage: quotas.Usage, taken: str) -> Letter | None:
    """None if it was about a month that has ended, or if they want no such mail."""
    user, larger = notice.user, usage["larger"]
    if notice.about != str(int(usage["month_start"].timestamp())) or not wants_usage_notices(user):
        return None
    more = f"Your next month starts on {_day(usage['resets_at'], user)}."
    return Letter(
        subject=f"You’ve used {taken} this month",
        paragraphs=(
            f"You’ve used {taken} in your {usage['tier'].title()} plan this month.",
            f"{more} Need more before then? You can move to a larger plan at any time." if larger else more,
        ),
        label="Compare plans" if larger else "",
        url=pricing_url() if larger else "",
        off=off_url(user),
    )


def _day(moment: datetime, user: User) -> str:
    return date_format(timezone.localtime(moment, ZoneInfo(user.time_zone)), "DATE_FORMAT")


LETTERS: dict[str, Callable[[Notice], Letter | None]] = {
    Notice.Kind.RECEIPT: _receipt,
    Notice.Kind.PAYMENT_FAILED: _payment_failed,
    Notice.Kind.POSTS_80: _nearly_used_up,
    Notice.Kind.POSTS_100: _used_up,
    Notice.Kind.ASSISTS_80: _nearly_used_up,
    Notice.Kind.ASSISTS_100: _used_up,
}
