"""What becomes of each table when a person takes their data, and when they leave.

A model that is in no archive stands in NOT_EXPORTED, a table that keeps rows of an erased account in STAYS,
each with the reason. So whoever adds a model decides both: the tests name it until they have. The person in
them has rows in every table, written by the product where it can, with words that are searched for later.
"""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from asgiref.sync import async_to_sync
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from uuid_utils.compat import uuid7

from accounts import closing, erasure, exports, own_keys
from accounts.archive import Archive
from accounts.callers import session_caller
from accounts.models import Erasure, Session, SupabaseIdentity, User
from accounts.origins import Origin
from accounts.own_keys import Wanted
from accounts.security_events import Kind, record
from accounts.signals import export_data
from accounts.tests.acting import run_jobs
from billing.models import CheckoutOrder, Notice, UsageNoticesOff
from billing.personal_data import LEDGER
from billing.simulated import SimulatedStripe
from billing.stripe.tasks import sync_stripe_customer
from billing.tiers import set_tier
from blogai.models import ContactMessage
from generation.editing.services import save_text
from generation.models import (
    BrandProfile,
    LlmCall,
    Notification,
    Post,
    Proposal,
    Run,
    RunStep,
    SavedFilter,
    Template,
    ToolUsage,
    VoiceFingerprint,
    VoiceSample,
    VoiceScore,
)
from generation.pipeline.types import Brief
from generation.posts import sharing
from generation.posts.tests.posts import a_post
from generation.runs.control import cancel
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.django_db

NOT_EXPORTED = {
    "accounts.Erasure": "is about accounts that are gone",
    "account.EmailConfirmation": "empty: links in mails are signed, and not stored",
    "accounts.User_groups": "permissions of staff",
    "accounts.User_user_permissions": "permissions of staff",
    "admin.LogEntry": "empty: staff's actions have a table of their own",
    "auth": "permissions of staff",
    "billing.StripeEvent": "names a customer of Stripe's and no person; kept for 30 days",
    "billing.TierLimit": "the plans, the same for everybody",
    "billing.CarriedUsage": "knows no account and no address, but a keyed hash, for a month at most",
    "health.Incident": "about the whole installation",
    "health.IncidentUpdate": "about the whole installation",
    "blogai.ConsistencyCheck": "about the whole installation",
    "blogai.Maintenance": "about the whole installation",
    "contenttypes": "a list of tables",
    "djstripe": "products and prices, and parts of what is exported; all the rest is empty",
    "generation.RateLimitWindow": "when models were called, by whomever",
    "procrastinate": "jobs, which have ids and are deleted when they are done",
    "staff.StaffAction": "staff's audit; what was done to an account is in its security events",
    "staff.StaffNote": "staff's own notes on a customer, which go with the account",
    "sessions": "Django's own table, which is not used",
    "socialaccount.SocialApp": "empty: providers stand in the settings",
    "socialaccount.SocialToken": "empty: what a provider lets us do is not kept",
}
"""Models, or whole apps of other packages, that are in no archive, and why."""

STAYS = {
    "usage_records": "the ledger, under an id that says nothing by itself",
    "user_quotas": "its sums, under the same id",
    "erasures": "that the account was erased, under the same id",
    "procrastinate_jobs": "the job that erases, which has the id and is deleted when it is done",
    "procrastinate_events": "the same job's",
}
"""Tables that still have the id of an erased account, and why."""

WORD = "Kanarienvogel"
EMAIL = f"{WORD}@example.com".lower()
ADDRESS = "203.0.113.77"


@pytest.fixture
def shop(settings: Any) -> Iterator[SimulatedStripe]:
    with SimulatedStripe() as shop:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = shop.key, shop.url
        settings.STRIPE_LIVE_MODE = False
        settings.STRIPE_PRICE_IDS = settings.STRIPE_PRICE_IDS | {"pro": "price_pro"}
        shop.price("price_pro")
        yield shop


@pytest.fixture
def person(shop: SimulatedStripe, settings: Any) -> User:
    """Somebody with a row in every table that can have one of theirs."""
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    user = User.objects.create_user(email=EMAIL, password="a password", name=WORD)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    browser = Client(headers={"User-Agent": WORD}, REMOTE_ADDR=ADDRESS)
    browser.post("/sign-in", {"login": EMAIL, "password": "a password"})
    own_keys.create(session_caller(user), Wanted(name=WORD), Origin(ADDRESS, WORD))
    set_tier(user=user, tier="pro")
    writes(user)
    brands(user)
    pays(user, shop)
    protects(user)
    ContactMessage.objects.create(user=user, email=EMAIL, topic="other", text=WORD)
    return user


def writes(user: User) -> None:
    post = a_post(user, f"How the {WORD} sings", text=f"The {WORD} sings.")
    for base in (f"The {WORD} sings.", f"A {WORD} never sings."):
        save_text(user, post.pk, base=1, text=f"Twice. {base}")
    sharing.share(user, post.pk)
    Post.objects.filter(pk=a_post(user, f"{WORD} no more").pk).update(deleted_at=timezone.now())
    asked = RunOptions(
        brief=Brief(topic=f"The {WORD}"), callback_url=f"https://hooks.invalid/{WORD}?secret=hush-hush"
    )
    run = start_run(user, asked)
    RunStep.objects.filter(run=run, name="introduction").update(text=f"A {WORD} is")
    LlmCall.objects.create(
        **{"run": run, "owner": user, "step": "outline", "provider": "openai", "model": WORD},
        **{"input_tokens": 7, "output_tokens": 7, "cost_usd": "0.01", "price_version": "1"},
        **{"duration_ms": 7, "finish_reason": "stop"},
    )
    cancel(user, run.pk)
    ToolUsage.objects.create(owner=user, tool="title", inputs={"about": WORD}, output=WORD)
    SavedFilter.objects.create(owner=user, name=WORD, query={"q": WORD})
    Template.objects.create(owner=user, name=WORD, slug=WORD, tool="blog-post")
    assert Proposal.objects.filter(post=post).exists(), "the two contradict each other"
    assert Notification.objects.filter(event__run=run).exists()


def brands(user: User) -> None:
    profile = BrandProfile.objects.create(owner=user, name=WORD, slug=WORD)
    VoiceSample.objects.create(profile=profile, title=WORD, content=WORD * 5)
    VoiceFingerprint.objects.create(profile=profile, measured={}, sample_count=1, trained_at=timezone.now())
    VoiceScore.objects.create(profile=profile, vocabulary=1, tone=1, style=1, overall=1, causes=[WORD])


def pays(user: User, shop: SimulatedStripe) -> None:
    shop.customer(user.pk, customer_id="cus_1", email=EMAIL, name=WORD)
    shop.subscribe("cus_1", "price_pro")
    async_to_sync(sync_stripe_customer.func)(customer_id="cus_1")
    CheckoutOrder.objects.create(
        user=user, tier_id="pro", interval="month", price_id="price_pro", url=f"https://pay.invalid/{WORD}"
    )
    Notice.objects.create(user=user, kind=Notice.Kind.RECEIPT, about="in_1", facts={"to": WORD})
    UsageNoticesOff.objects.create(user=user)


def protects(user: User) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "hush-hush"})
    SocialAccount.objects.create(user=user, provider="github", uid="7", extra_data={"login": WORD})
    SupabaseIdentity.objects.create(user=user, issuer=f"https://{WORD}.supabase.co/auth/v1", subject=uuid7())


def archive_of(user: User) -> tuple[ZipFile, set[type[Model]]]:
    """What the user would download, and the models in it."""
    file = io.BytesIO()
    with Archive(file) as archive:
        parts: list[tuple[Any, Any]] = export_data.send(User, user=user, archive=archive)
        for _, steps in parts:
            for _ in steps:
                pass
        archive.finish({})
    return ZipFile(file), archive.models


def every_model() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            yield model


def test_every_model_is_exported_or_says_why_not(person: User) -> None:
    _, exported = archive_of(person)
    undecided, twice = [], []
    for model in every_model():
        label, app = model._meta.label, model._meta.app_label
        if model in exported:
            twice += [label] if label in NOT_EXPORTED else []
        elif label not in NOT_EXPORTED and app not in NOT_EXPORTED:
            undecided.append(label)
    assert undecided == [], "add it to a receiver of export_data, or to NOT_EXPORTED with the reason"
    assert twice == []


def test_nothing_is_listed_that_there_is_not() -> None:
    labels = {model._meta.label for model in every_model()} | {app.label for app in apps.get_app_configs()}
    assert NOT_EXPORTED.keys() - labels == set()
    assert STAYS.keys() - set(connection.introspection.table_names()) == set()


def test_the_archive_has_a_record_of_every_model_in_it(person: User) -> None:
    """So that a file that is always empty does not pass for an export."""
    record(person, Kind.SIGNED_IN)
    exports.request(person, Origin())
    archive, exported = archive_of(person)
    files = {each["name"]: each["records"] for each in json.loads(archive.read("manifest.json"))["files"]}
    assert [name for name, records in files.items() if not records and name != "README.txt"] == []
    assert len([name for name in files if name.endswith((".json", ".csv"))]) == len(exported)


def test_what_is_in_it_is_theirs_and_whole(person: User, mallory: User) -> None:
    a_post(mallory, "A strangers secret")
    archive, _ = archive_of(person)
    posts = [name for name in archive.namelist() if name.startswith("posts/")]
    assert len(posts) == 1, "a deleted post is in the JSON alone"
    assert f"The {WORD} sings." in archive.read(posts[0]).decode()
    assert len(json.loads(archive.read("posts.json"))) == 2
    everything = " ".join(archive.read(name).decode() for name in archive.namelist())
    assert "A strangers secret" not in everything
    assert "hush-hush" not in everything, "the query of a webhook's address is its receiver's secret"
    assert f"https://hooks.invalid/{WORD}" in everything
    ledger = list(csv.DictReader(io.StringIO(archive.read("ledger.csv").decode())))
    assert tuple(ledger[0]) == LEDGER
    assert {line["kind"] for line in ledger} == {"reserve", "refund"}


def test_no_column_is_exported_whose_name_sounds_like_a_secret(person: User) -> None:
    archive, _ = archive_of(person)
    columns: set[str] = set()
    for name in archive.namelist():
        if name.endswith(".json") and name != "manifest.json":
            columns |= {column for row in json.loads(archive.read(name)) for column in row}
    suspicious = ("password", "digest", "secret", "token", "hash", "device")
    harmless = {"input_tokens", "output_tokens", "first_token_ms"}
    assert {each for each in columns - harmless if any(word in each for word in suspicious)} == set()


def test_after_an_erasure_nothing_of_theirs_is_left(
    person: User, mallory: User, shop: SimulatedStripe
) -> None:
    hers = a_post(mallory, "Of somebody else")
    run_jobs("mail_security_event")
    closing.close(person, Origin(ADDRESS, WORD))
    assert run_jobs("end_stripe_payments") == 1
    assert shop.all("subscription")[0]["cancel_at_period_end"] is True
    assert found(person, WORD, EMAIL, ADDRESS, str(person.pk)), "while it may be kept, everything is there"
    User.objects.filter(pk=person.pk).update(delete_after=timezone.now())
    erasure.defer_due()
    run_jobs("erase_account", "mail_security_event")
    run_jobs("close_stripe_customer")
    assert shop.all("subscription")[0]["status"] == "canceled"
    assert found(person, WORD, EMAIL, ADDRESS, "cus_1") == {}
    assert found(person, str(person.pk), person.pk.hex).keys() <= STAYS.keys()
    assert Post.objects.get() == hers
    assert Erasure.objects.get().rows["runs"] == 1


def found(user: User, *words: str) -> dict[str, str]:
    """The tables that have one of the words in any column, with a row. Sessions are looked into."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT t::text FROM {name} AS t WHERE t::text ILIKE ANY (%s) LIMIT 1",  # noqa: S608
                [[f"%{word}%" for word in words]],
            )
            if row := cursor.fetchone():
                rows[table] = row[0]
    ended = Session.objects.filter(expire_date__lt=timezone.now() + closing.GRACE)
    assert ended.count() == Session.objects.count(), "by then each has ended, and is deleted"
    return rows


def test_a_job_carries_ids_alone(person: User) -> None:
    closing.close(person, Origin(ADDRESS, WORD))
    for job in ProcrastinateJob.objects.all():
        assert [word for word in (WORD, EMAIL, ADDRESS) if word.lower() in str(job.args).lower()] == []


@pytest.mark.worker
def test_ten_thousand_posts_take_little_more_memory_than_a_hundred(alice: User) -> None:
    post = a_post(alice, text="The moon pulls, and the sea follows. " * 150)
    peaks = []
    for count in (99, 9_900):
        Post.objects.bulk_create((copy_of(post) for _ in range(count)), batch_size=500)
        export = exports.request(alice, Origin())
        tracemalloc.start()
        for _ in exports.write(export.pk):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    export.refresh_from_db()
    with exports.storage().open(export.file) as file:
        assert len([name for name in ZipFile(file).namelist() if name.endswith(".md")]) == 10_000
    print(f"peaks: {peaks[0] / 1e6:.1f} MB for 100 posts, {peaks[1] / 1e6:.1f} MB for 10,000")
    assert peaks[1] - peaks[0] < 10_000 * 2_000, "what grows is the index of the zip file, per post 900 bytes"


def copy_of(post: Post) -> Post:
    copy = Post(**{field.attname: getattr(post, field.attname) for field in Post._meta.concrete_fields})
    copy.pk = uuid7()
    return copy


@pytest.mark.worker
def test_an_account_with_a_thousand_posts_is_erased_in_parts(alice: User) -> None:
    post = a_post(alice)
    Post.objects.bulk_create((copy_of(post) for _ in range(999)), batch_size=500)
    closing.close(alice, Origin())
    User.objects.filter(pk=alice.pk).update(delete_after=timezone.now())
    parts = 0
    while erasure.erase_some(alice.pk):
        parts += 1
    assert parts == 1000 / 20 + 1
    assert not Post.objects.exists() and not Run.objects.exists()
    assert Erasure.objects.get().rows["generated_content"] == 1000
