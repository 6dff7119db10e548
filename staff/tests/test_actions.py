"""Every action: who may do it, what it does through its service, and what stays on record."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from procrastinate.contrib.django.models import ProcrastinateJob
from uuid_utils.compat import uuid7

from accounts import security_events
from accounts.models import ApiKey, SecurityEvent, User
from accounts.tests.acting import mailed, run_jobs
from billing import quotas
from billing.invariants import broken
from billing.models import Entitlement, TierLimit, UsageRecord
from billing.stripe import mirror
from billing.tiers import set_tier, tier_for
from blogai.tests.test_routes import nothing_written
from generation.models import Notification, Run
from generation.pipeline.types import Brief
from generation.posts.tests.posts import a_post
from generation.runs.invariants import broken as broken_runs
from generation.runs.proposals import Request, propose
from generation.runs.start import RunOptions, start_run
from health.incidents import recent
from health.models import Incident
from staff import groups
from staff.actions.catalogue import ACTIONS
from staff.models import StaffAction, StaffNote
from staff.tests.test_access import path_of, pk_for
from staff.tests.things import Things

pytestmark = pytest.mark.sweep

REASON = "They asked by mail, ticket 4711"
NEXT_WEEK = (timezone.now().astimezone(UTC) + timedelta(days=7)).date()
FIELDS: Mapping[str, dict[str, Any]] = {
    "add_note": {"note": "Calls on Mondays."},
    "look_at_stripe": {},
    "open_incident": {"title": "Posts take longer", "component": "writing", "impact": "degraded"},
    "update_incident": {"text": "We found the cause."},
    "resolve_incident": {"text": "It is over."},
    "grant_units": {"units": 3, "meter": "posts"},
    "give_plan": {"tier": "pro", "until": NEXT_WEEK.isoformat()},
    "set_cost_limit": {"usd": "40"},
    "set_role": {"is_staff": "on", "groups": ["support"]},
    "change_plan": {
        **{"posts_per_month": 6, "posts_per_day": 2, "assists_per_month": 30, "concurrent_runs": 2},
        **{"max_cost_usd": "2", "monthly_cost_usd": "5", "requests_per_minute": 10},
        **{"requests_per_hour": 100, "features": ["blog_generation", "basic_tools"]},
    },
}
"""What is entered beside the reason; nothing in the others."""
ALLOWED = {
    "add_note": "support billing engineer",
    "look_at_stripe": "support billing engineer",
    "retry_run": "support engineer",
    "cancel_run": "support engineer",
    "return_unit": "support billing",
    "grant_units": "billing",
    "give_plan": "billing",
    "end_given_plan": "billing",
    "set_cost_limit": "billing",
    "change_plan": "billing",
    "revoke_key": "support engineer",
    "confirm_email": "support",
    "close_account": "support",
    "reopen_account": "support",
    "resend_notification": "support engineer",
    "read_post": "support",
    "reset_second_factors": "support",
    "open_incident": "support engineer",
    "update_incident": "support engineer",
    "resolve_incident": "support engineer",
    "set_role": "",
}
"""Which groups may do it. A superuser may do everything."""
WITHOUT_REASON = {"add_note", "look_at_stripe", "open_incident", "update_incident", "resolve_incident"}
ABOUT_NOBODY = {"change_plan", "open_incident", "update_incident", "resolve_incident"}


def sent(name: str, **more: Any) -> dict[str, Any]:
    return {"reason": REASON, "form": str(uuid4()), **FIELDS.get(name, {}), **more}


def do(browser: Client, name: str, things: Things, **more: Any) -> Any:
    return browser.post(path_of(name, things), sent(name, **more), headers={"X-Request-ID": "req-4711"})


def ready(name: str, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring about the state in which the action can be done."""
    owner = things.owner
    if name == "cancel_run":
        things.by_name["run"] = start_run(owner, RunOptions(brief=Brief(topic="Tides")))  # type: ignore[index]
    if name == "return_unit":
        unit = uuid7()
        quotas.reserve(owner, unit, for_run=things.run.pk)
        quotas.settle(unit)
        Run.objects.filter(pk=things.run.pk).update(reservation=unit)
    if name == "end_given_plan":
        set_tier(user=owner, tier="pro")
    if name == "reopen_account":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    if name == "resend_notification":
        Notification.objects.update(state="failed", attempts=8)
    if name == "look_at_stripe":
        monkeypatch.setattr(mirror, "customers_of", lambda user: ["cus_1"])
    if name == "reset_second_factors":
        an_app(owner)


def an_app(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())


@pytest.mark.parametrize("name", sorted(ACTIONS))
@pytest.mark.parametrize("group", [*groups.GROUPS, "superuser"])
def test_each_group_may_do_what_the_table_says(
    desk_for: Callable[..., Client], things: Things, monkeypatch: pytest.MonkeyPatch, name: str, group: str
) -> None:
    browser = desk_for(superuser=True) if group == "superuser" else desk_for(group)
    ready(name, things, monkeypatch)
    before = StaffAction.objects.count()
    if group == "superuser" or group in ALLOWED[name].split():
        assert browser.get(path_of(name, things)).status_code == 200
        reply = do(browser, name, things)
        assert reply.status_code == (200 if name == "read_post" else 302), reply.text[-2000:]
        (done,) = StaffAction.objects.order_by("-pk")[: StaffAction.objects.count() - before]
        assert (done.action, done.request_id, done.subject) == (name, "req-4711", _subject(name, things))
        assert done.reason == ("" if name in WITHOUT_REASON else REASON)
    else:
        with nothing_written():
            for reply in (browser.get(path_of(name, things)), do(browser, name, things)):
                assert reply.status_code == 403
                assert f"staff.{name}" in reply.text
    assert broken() == []


def _subject(name: str, things: Things) -> User | None:
    return None if name in ABOUT_NOBODY else things.owner


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_each_leaves_a_row_on_record_and_a_line_in_the_activity_of_its_owner(
    desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """But what is about nobody's account, and a note for colleagues."""
    ready(name, things, monkeypatch)
    rows, events = StaffAction.objects.count(), SecurityEvent.objects.count()
    assert do(desk, name, things).status_code in {200, 302}
    assert StaffAction.objects.count() == rows + 1
    told = SecurityEvent.objects.order_by("pk")[events:]
    lines = [event.user for event in told if security_events.title_of(event).startswith("Blog AI staff ")]
    silent = name in ABOUT_NOBODY or name == "add_note"
    assert lines == ([] if silent else [things.owner])
    assert "nobody@" not in str([vars(event) for event in told]), "who it was is no concern of the owner"


def test_its_owner_reads_what_was_done(desk: Client, things: Things, alice: User) -> None:
    for name in ("read_post", "give_plan", "grant_units"):
        do(desk, name, things)
    browser = Client(headers={"Accept": "text/html"})
    browser.force_login(alice)
    page = browser.get("/settings/activity").text
    for piece in (
        "Blog AI staff read a post",
        "What: <bdi>&lt;script&gt;",
        f"Blog AI staff gave you the pro plan until {NEXT_WEEK:%B %-d, %Y}",
        "Blog AI staff added 3 posts to your month",
    ):
        assert piece in page, piece
    assert page.count(REASON) == 1, "the reason that the ledger shows, and none that is for colleagues"
    assert "nobody@" not in page


def test_the_tables_know_all_actions_and_permissions() -> None:
    assert set(ALLOWED) == set(ACTIONS)
    declared = {codename for codename, _ in StaffAction._meta.permissions}
    assert declared == set(ACTIONS)


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_asking_does_nothing(
    desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ready(name, things, monkeypatch)
    with nothing_written():
        for query in ({}, sent(name)):
            assert desk.get(path_of(name, things), query).status_code == 200
            assert desk.head(path_of(name, things), query).status_code == 200
        for method in (desk.put, desk.patch, desk.delete):
            assert method(path_of(name, things)).status_code == 405


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - WITHOUT_REASON))
def test_without_a_reason_nothing_is_done(
    desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ready(name, things, monkeypatch)
    with nothing_written():
        for reason in ("", "   ", "a" * 201, "a\x00b"):
            reply = do(desk, name, things, reason=reason)
            assert reply.status_code == 422, reason
            assert 'aria-invalid="true"' in reply.text
        for form in ("", "x", "0"):
            assert do(desk, name, things, form=form).status_code == 422
    assert do(desk, name, things, reason="a" * 200).status_code in {200, 302}


def test_a_form_sent_twice_is_done_once(desk: Client, things: Things) -> None:
    form = sent("grant_units")
    path = path_of("grant_units", things)
    assert desk.post(path, form).status_code == 302
    again = desk.post(path, form, follow=True)
    assert "This form was sent before, and was done then." in again.text
    assert quotas.usage(things.owner)["month"]["limit"] == 8
    assert StaffAction.objects.filter(action="grant_units").count() == 1


def test_what_cannot_be_done_is_said_and_not_recorded(desk: Client, things: Things) -> None:
    for name, sentence in {
        "end_given_plan": "No plan was given to this account.",
        "cancel_run": "This run has ended already.",
        "return_unit": "Only a used unit can be returned, and this one is refunded.",
        "reopen_account": "This account isn’t closed.",
        "resend_notification": "We’re still sending this notification.",
        "look_at_stripe": "Stripe has no customer for this account.",
        "change_plan": "Nothing was changed in the form.",
        "reset_second_factors": "This account has no second factor.",
    }.items():
        more = {"posts_per_month": 5} if name == "change_plan" else {}
        reply = do(desk, name, things, **more)
        assert (reply.status_code, escape(sentence) in reply.text) == (409, True), name
    assert StaffAction.objects.count() == 1, "the one of the fixture"


def test_an_action_on_nothing_is_not_found(desk: Client, things: Things) -> None:
    for name in ACTIONS:
        for pk in (uuid4(), "x", "9" * 40):
            assert desk.post(f"/admin/actions/{name}/{pk}", sent(name)).status_code == 404
    assert desk.get(f"/admin/actions/delete_user/{things.owner.pk}").status_code == 404


def test_nobody_does_anything_for_themselves(
    desk_for: Callable[..., Client], colleague: Callable[..., User], client: Client
) -> None:
    user = colleague("support", "billing")
    client.force_login(user)
    for name in (
        "grant_units",
        "give_plan",
        "set_cost_limit",
        "confirm_email",
        "close_account",
        "reset_second_factors",
    ):
        with nothing_written():
            reply = client.post(f"/admin/actions/{name}/{user.pk}", sent(name))
        assert (reply.status_code, "your own account" in reply.text) == (403, True), name


def test_colleagues_do_not_shut_each_other_out(
    desk_for: Callable[..., Client], colleague: Callable[..., User]
) -> None:
    support, superuser = desk_for("support"), desk_for(superuser=True)
    other = colleague("billing")
    an_app(other)
    for name in ("reset_second_factors", "close_account"):
        path = f"/admin/actions/{name}/{other.pk}"
        assert support.post(path, sent(name)).status_code == 403
        assert not StaffAction.objects.filter(action=name).exists()
        assert superuser.post(path, sent(name)).status_code == 302


def test_a_superuser_neither_closes_their_account_nor_gives_up_their_role(
    client: Client, colleague: Callable[..., User]
) -> None:
    user = colleague(superuser=True)
    client.force_login(user)
    for name in ("close_account", "reset_second_factors", "set_role"):
        assert client.post(f"/admin/actions/{name}/{user.pk}", sent(name)).status_code == 403
    assert StaffAction.objects.count() == 0


def test_the_record_can_only_grow(desk: Client, bob: User) -> None:
    desk.post(f"/admin/actions/confirm_email/{bob.pk}", sent("confirm_email"))
    done = StaffAction.objects.get()
    changes: list[Callable[[], object]] = [
        lambda: StaffAction.objects.update(reason="Another"),
        lambda: StaffAction.objects.all().delete(),
        done.delete,
        done.save,
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    bob.delete()
    assert StaffAction.objects.get().subject_id == done.subject_id, "it outlives the account"
    assert desk.get("/admin/staff/staffaction/").status_code == 200


def test_the_lists_outlive_the_accounts(
    desk: Client, desk_for: Callable[..., Client], bob: User, mallory: User
) -> None:
    support = desk_for("support")
    for user in (bob, mallory):
        quotas.reserve(user, uuid4())
        for name in ("confirm_email", "add_note"):
            support.post(f"/admin/actions/{name}/{user.pk}", sent(name))
    User.objects.get(email="support@blog-ai.example").delete()
    bob.delete()
    for path, rows in {"staff/staffaction": 4, "billing/usagerecord": 3}.items():  # bob's unit was settled
        reply = desk.get(f"/admin/{path}/")
        assert len(reply.context["cl"].result_list) == reply.context["cl"].result_count == rows
    assert "somebody who left" in desk.get(f"/admin/accounts/user/{mallory.pk}").text


def test_what_was_done_is_on_the_customers_screen(desk: Client, things: Things) -> None:
    do(desk, "give_plan", things, reason="A talk & <b>more</b>")
    do(desk, "add_note", things, note="First line\nSecond <i>line</i>")
    page = desk.get(things.screen("user")).text
    for piece in ("Give a plan (tier pro, until", "A talk &amp; &lt;b&gt;more", "req-4711", "&lt;i&gt;line"):
        assert piece in page
    assert desk.get(things.screen("user")).text.count("nobody@blog-ai.example") > 2


# What each of them does -----------------------------------------------------------------------------


def test_a_run_is_tried_again_and_stopped(desk: Client, things: Things) -> None:
    Run.objects.update(error_code="", error_detail="")  # as a run that its owner cancelled
    assert do(desk, "retry_run", things).status_code == 302
    run = Run.objects.get(pk=things.run.pk)
    assert (run.status, quotas.state_of(run.reservation)) == ("queued", "reserved")
    assert do(desk, "cancel_run", things).status_code == 302
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("cancelled", "stopped_by_staff")
    assert run.error_detail == "Our support team stopped this post."
    assert (broken_runs(), broken()) == ([], [])


def test_its_owner_reads_what_kind_of_work_was_stopped(desk: Client, things: Things) -> None:
    request = Request(part="introduction", instruction="In verse")
    things.by_name["run"], _ = propose(things.owner, a_post(things.owner).pk, request)  # type: ignore[index]
    assert do(desk, "cancel_run", things).status_code == 302
    titles = map(security_events.title_of, SecurityEvent.objects.filter(user=things.owner))
    assert "Blog AI staff stopped a suggestion" in titles


def test_trying_again_may_raise_the_limit_of_the_post(desk: Client, things: Things) -> None:
    Run.objects.update(error_code="cost_limit_reached", max_cost_usd="0.01")
    refused = do(desk, "retry_run", things)
    assert (refused.status_code, "Send a higher" in refused.text) == (422, True)
    assert do(desk, "retry_run", things, max_cost_usd="1.5").status_code == 302
    assert Run.objects.get(pk=things.run.pk).max_cost_usd == Decimal("1.5")


def test_the_owners_plan_holds_for_trying_again(desk: Client, things: Things) -> None:
    for _ in range(2):  # a free plan's posts of a day
        quotas.reserve(things.owner, uuid4())
    reply = do(desk, "retry_run", things)
    assert (reply.status_code, "no posts left today" in reply.text) == (402, True)


def test_a_unit_is_given_back(desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    ready("return_unit", things, monkeypatch)
    do(desk, "return_unit", things)
    assert quotas.usage(things.owner)["month"] == {"used": 1, "reserved": 0, "limit": 6}
    line = UsageRecord.objects.get(kind="grant")
    assert (line.reason, line.for_run) == (REASON, things.run.pk)
    assert do(desk, "return_unit", things).status_code == 409


def test_units_are_added(desk: Client, things: Things) -> None:
    do(desk, "grant_units", things, units=10, meter="assists")
    assert quotas.usage(things.owner)["assists"]["limit"] == 40
    for units in (0, -1, 1001, "x", "1e3", ""):
        assert do(desk, "grant_units", things, units=units).status_code == 422, units
    assert do(desk, "grant_units", things, meter="users").status_code == 422


def test_a_plan_is_given_until_a_day_and_ended(
    desk: Client, things: Things, colleague: Callable[..., User]
) -> None:
    do(desk, "give_plan", things)
    given = Entitlement.objects.get(user=things.owner)
    assert (given.given_tier_id, given.given_because) == ("pro", REASON)
    assert given.given_until
    assert given.given_until.astimezone(UTC).date() == NEXT_WEEK + timedelta(days=1), "it ends with that day"
    assert given.given_by
    assert given.given_by.is_superuser
    assert tier_for(things.owner).tier == "pro"
    do(desk, "end_given_plan", things)
    assert tier_for(things.owner).tier == "free"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"until": "2020-01-01"}, {"until": "2099-01-01"}, {"until": ""}, {"until": "31.12.2026"}),
        *({"tier": "free"}, {"tier": "platinum"}, {"tier": ""}),
    ],
)
def test_no_other_plan_is_given(desk: Client, things: Things, wrong: dict[str, str]) -> None:
    assert do(desk, "give_plan", things, **wrong).status_code == 422
    assert not Entitlement.objects.filter(user=things.owner).exists()


def test_the_cost_limit_is_set_and_taken_back(desk: Client, things: Things) -> None:
    do(desk, "set_cost_limit", things)
    assert quotas.usage(things.owner)["cost"]["limit_usd"] == 40
    do(desk, "set_cost_limit", things, usd="")
    assert quotas.usage(things.owner)["cost"]["limit_usd"] == 5
    for wrong in ("-1", "10001", "NaN", "Infinity", "1.234"):
        assert do(desk, "set_cost_limit", things, usd=wrong).status_code == 422, wrong


def test_a_plan_is_changed(desk: Client, things: Things) -> None:
    do(desk, "change_plan", things, posts_per_month="", max_cost_usd="3.5", features=["blog_generation"])
    plan = TierLimit.objects.get(tier="free")
    assert (plan.posts_per_month, plan.max_cost_usd) == (None, Decimal("3.5"))
    assert plan.features == ["blog_generation"]
    assert plan.price_monthly_usd == 0


@pytest.mark.parametrize(
    "wrong",
    [
        *({"posts_per_month": 0}, {"posts_per_day": 7}, {"concurrent_runs": ""}, {"concurrent_runs": 0}),
        *({"max_cost_usd": "-1"}, {"monthly_cost_usd": "NaN"}, {"requests_per_minute": 101}),
        *({"requests_per_hour": 0}, {"features": ["everything"]}, {"posts_per_month": 10**12}),
    ],
)
def test_no_plan_that_makes_no_sense(desk: Client, things: Things, wrong: dict[str, Any]) -> None:
    before = TierLimit.objects.filter(tier="free").values().get()
    assert do(desk, "change_plan", things, **wrong).status_code == 422
    assert TierLimit.objects.filter(tier="free").values().get() == before


def test_an_account_is_closed_opened_and_confirmed(desk: Client, things: Things, client_for: Any) -> None:
    key = client_for(things.owner)
    do(desk, "close_account", things)
    assert key.get("/api/v1/me").status_code == 401
    do(desk, "reopen_account", things)
    assert key.get("/api/v1/me").status_code == 401, "its keys stay revoked"
    assert User.objects.get(pk=things.owner.pk).is_active
    do(desk, "confirm_email", things)
    assert EmailAddress.objects.get(user=things.owner).verified


def test_closing_ends_what_its_owner_had_running(
    desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    """As when they close it themselves: it is the same service."""
    run = start_run(things.owner, RunOptions(brief=Brief(topic="Tides")))
    monkeypatch.setattr(mirror, "customers_of", lambda user: ["cus_1"])
    client.force_login(things.owner)
    do(desk, "close_account", things)
    assert client.get("/settings").status_code == 302
    run_jobs("cancel_runs_of_closed_accounts")
    run.refresh_from_db()
    assert (run.status, quotas.state_of(run.reservation)) == ("cancelled", "refunded")
    assert ProcrastinateJob.objects.get(task_name="end_stripe_payments").args["customer_id"] == "cus_1"
    assert [message.subject for message in mailed()] == ["We closed your Blog AI account"]


def test_second_factors_are_reset(desk: Client, things: Things, client: Client, alice: User) -> None:
    assert "Reset second factors" not in desk.get(things.screen("user")).text, "there are none"
    client.force_login(alice)
    an_app(alice)
    page = re.sub(r"\s+", " ", desk.get(things.screen("user")).text)
    for piece in ("Reset second factors", "Authenticator app", "last used never", "Signed in on 1 device."):
        assert piece in page, piece
    do(desk, "reset_second_factors", things)
    assert not Authenticator.objects.filter(user=alice).exists()
    assert client.get("/settings").status_code == 302, "all sessions have ended"
    (message,) = mailed()
    assert (message.subject, message.to) == ("Your authenticator app was removed", [alice.email])
    assert "By: Blog AI staff" in message.body
    assert "Blog AI staff reset your two-step sign-in" in desk.get(things.screen("user")).text


def test_an_incident_is_opened_told_of_and_resolved(desk: Client, things: Things) -> None:
    Incident.objects.all().delete()
    form = sent("open_incident", started_at="2026-01-01T12:30", text="We are looking.")
    for _ in range(2):  # sent twice, it is opened once
        reply = desk.post(path_of("open_incident", things), form)
        assert (reply.status_code, reply.headers["Location"]) == (302, "/admin/health/incident/")
    incident = Incident.objects.get()
    done = StaffAction.objects.get(action="open_incident")
    assert (done.object_id, done.details["title"]) == (str(incident.pk), "Posts take longer")
    assert f"{incident.started_at:%F %H:%M}" == "2026-01-01 12:30", "in UTC"
    for name in ("update_incident", "resolve_incident"):
        assert desk.post(f"/admin/actions/{name}/{incident.pk}", sent(name)).status_code == 302
    (shown,) = recent()
    texts = [update.text for update in shown.updates.all()]
    assert texts == ["It is over.", "We found the cause.", "We are looking."]
    assert shown.resolved_at
    assert "resolve_incident" not in desk.get(f"/admin/health/incident/{incident.pk}").text
    again = desk.post(f"/admin/actions/resolve_incident/{incident.pk}", sent("resolve_incident"))
    assert (again.status_code, "already resolved" in again.text) == (409, True)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"title": ""}, {"title": "a" * 121}, {"title": "a\x00"}, {"component": "moon"}, {"impact": ""}),
        *({"text": "a" * 2001}, {"started_at": "tomorrow"}, {"started_at": "2999-01-01T00:00"}),
    ],
)
def test_no_incident_that_makes_no_sense(desk: Client, things: Things, wrong: dict[str, str]) -> None:
    assert do(desk, "open_incident", things, **wrong).status_code == 422
    assert Incident.objects.count() == 1, "the one of the fixture"


def test_a_key_is_revoked(desk: Client, things: Things) -> None:
    do(desk, "revoke_key", things)
    assert ApiKey.objects.get().revoked_at


def test_a_notification_is_sent_again(desk: Client, things: Things) -> None:
    Notification.objects.update(state="delivered", attempts=3)
    do(desk, "resend_notification", things)
    notification = Notification.objects.get(pk=pk_for("resend_notification", things))
    assert (notification.state, notification.attempts) == ("pending", 0)
    assert ProcrastinateJob.objects.filter(queueing_lock=f"notice-{notification.pk}", status="todo").exists()


def test_stripe_is_looked_at_again(desk: Client, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    ready("look_at_stripe", things, monkeypatch)
    do(desk, "look_at_stripe", things)
    assert ProcrastinateJob.objects.get(task_name="sync_stripe_customer").args["customer_id"] == "cus_1"


def test_a_role_is_given_and_taken(desk: Client, client: Client, things: Things) -> None:
    client.force_login(things.owner)
    do(desk, "set_role", things, groups=["support", "billing"])
    assert client.get("/admin/generation/run/").status_code == 200
    assert groups.names_of(things.owner) == ["billing", "support"]
    do(desk, "set_role", things, is_staff="", groups=["support"])
    assert client.get("/admin/").status_code == 404
    assert groups.names_of(things.owner) == []
    assert do(desk, "set_role", things, groups=["root"]).status_code == 422


def test_a_post_is_read_once_for_each_reason(desk: Client, things: Things) -> None:
    path = path_of("read_post", things)
    assert "The moon pulls" not in desk.get(path).text
    page = do(desk, "read_post", things).text
    assert "Twice a day the sea comes in." in page
    assert "<script>" not in page.replace('<script src="', "")
    assert StaffAction.objects.filter(action="read_post").count() == 1
    assert "Twice a day" not in desk.get(path).text, "the next time takes another reason"


def test_a_note_goes_with_the_account_and_its_text_is_nowhere_else(desk: Client, bob: User) -> None:
    path = f"/admin/actions/add_note/{bob.pk}"
    desk.post(path, sent("add_note"))
    note = StaffNote.objects.get()
    assert (note.text, note.user) == ("Calls on Mondays.", bob)
    assert StaffAction.objects.get().details == {}
    for wrong in ("", "a" * 2001, "a\x00"):
        assert desk.post(path, sent("add_note", note=wrong)).status_code == 422
    bob.delete()
    assert not StaffNote.objects.exists()
