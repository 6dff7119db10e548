"""Users, who sign in by email, their browsers' sessions and their API keys, and what happens to accounts."""

from datetime import datetime
from importlib import import_module
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.formats import date_format
from uuid_utils.compat import uuid7

from accounts.addresses import folded

TEST_PREFIX = "bai_test_"


class Users(UserManager["User"]):
    """Creates users by email: unlike AbstractUser, ours have no username."""

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: object
    ) -> "User":
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: object
    ) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def with_email(self, email: str) -> "User | None":
        """Whoever has the address, in one query that the index of `users_email_any_case` answers."""
        return self.alias(folded=Lower("email")).filter(folded=folded(email)).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    """The color scheme of the pages. `system` follows the device."""

    SYSTEM = "system", "Match system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractUser):
    """A user. The email address is their sign-in name, compared case-insensitively."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", db_default="UTC")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM, db_default=Theme.SYSTEM.value)
    webhook_secret_number = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """The number of the user's current webhook secret, which is derived from it."""
    webhook_secret = models.TextField(blank=True, default="", db_default="", editable=False)
    """The current webhook secret, encrypted, if it is kept although its pepper was replaced."""
    delete_after = models.DateTimeField(null=True, editable=False)
    """Set when its owner closes the account: until then they may keep it after all, then it is erased."""
    writing_defaults = models.JSONField(default=dict, db_default={}, blank=True)
    """What a new post starts with; `generation.web.writing` knows the names."""

    verified_email = models.EmailField(blank=True, default="", db_default="", editable=False)
    """The address that was confirmed last. Another one in `email` has not been."""

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints = [models.UniqueConstraint(Lower("email"), name="users_email_any_case")]

    def __str__(self) -> str:
        return self.email

    @property
    def has_verified_email(self) -> bool:
        """Whether the present address was confirmed. Asks nothing."""
        return bool(self.email) and self.verified_email.lower() == self.email.lower()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. A hash of fewer rounds than today's is then replaced.

        Unlike Django's, that ends no session: nobody has changed the password.
        """
        return check_password(raw_password, self.password, self._rehash)

    @transaction.atomic
    def _rehash(self, raw_password: str) -> None:
        before = {self.get_session_auth_hash(), *self.get_session_auth_fallback_hash()}
        replaced = self.password
        self.password = make_password(raw_password)
        if not User.objects.filter(pk=self.pk, password=replaced).update(password=self.password):
            return  # it was changed meanwhile, and this one is of no use any longer
        for session in Session.objects.select_for_update().filter(user=self):
            data = session.get_decoded()
            if data.get(HASH_SESSION_KEY) in before:
                data[HASH_SESSION_KEY] = self.get_session_auth_hash()
                session.session_data = Session.objects.encode(data)
                session.save(update_fields=["session_data"])

    def local_time(self, moment: datetime) -> str:
        """ "November 27, 2026, 2:05 PM (Europe/Berlin)": where no template knows the user, as in mails."""
        zone = ZoneInfo(self.time_zone)
        return f"{date_format(timezone.localtime(moment, zone), 'DATETIME_FORMAT')} ({zone})"


class Session(AbstractBaseSession):
    """A session of a browser; of an anonymous one too, which has no user. accounts.session_store fills it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    user_agent = models.CharField(max_length=300, blank=True, default="", db_default="")
    address = models.CharField(max_length=45, blank=True, default="", db_default="")
    """From which it was seen last."""
    signed_in_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    """Within five minutes."""

    class Meta(AbstractBaseSession.Meta):
        db_table = "sessions"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class ApiKey(models.Model):
    """An API key: its digest, and enough of its first and last characters to recognize it in a list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=14, db_index=True)
    last_four = models.CharField(max_length=4)
    digest = models.CharField(max_length=64, unique=True)
    pepper = models.CharField(max_length=8, blank=True, db_default="", editable=False)
    """The mark of the pepper that made the digest; empty if the key was last used before we noted it."""
    permissions = ArrayField(models.CharField(max_length=16))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    """A limit of its own, below that of the plan. Null: only the plan's."""
    monthly_cost_limit_usd = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    """What the model calls of its runs may cost in a calendar month (UTC). Null: no limit of its own."""
    first_id = models.UUIDField(null=True, editable=False)
    """The first key of a row of rotated ones, which spend from one limit. Null: this is the first."""
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_address = models.CharField(max_length=45, blank=True, db_default="")
    rotated_at = models.DateTimeField(null=True, blank=True)
    """When another key took its place; it then works until `expires_at`."""
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_keys"

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last_four}"

    @property
    def test(self) -> bool:
        """Whether it is a key for the sandbox: runs that it starts are simulated and cost nothing."""
        return self.prefix.startswith(TEST_PREFIX)

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class SupabaseIdentity(models.Model):
    """That a user of a Supabase project is a user here. `accounts.supabase.identities` writes these."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=300)
    """The project, as its tokens name it."""
    subject = models.UUIDField()
    """The user's id there."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)
    """When the owner of the account said that it wasn't them. It opens nothing any more."""

    class Meta:
        db_table = "supabase_identities"
        constraints = [
            models.UniqueConstraint(fields=["subject", "issuer"], name="supabase_identities_of_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject}"


class SecurityEvent(models.Model):
    """Something that happened to an account. `accounts.security_events` writes these; nothing changes them.

    A trigger refuses updates, and deletes of what is younger than a year and whose user is still there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.DB_CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    """One of `accounts.security_events.Kind`."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    address = models.CharField(max_length=45, blank=True, db_default="")
    """The client's IP address; empty if it is not known."""
    user_agent = models.CharField(max_length=300, blank=True, db_default="")
    device = models.CharField(max_length=64, blank=True, db_default="")
    """Of a sign-in: the digest of its browser and its network."""
    answers = models.UUIDField(null=True, editable=False)
    """The event whose mail was answered with "this wasn't me"; each can be answered once."""
    details = models.JSONField(default=dict, db_default={})

    class Meta:
        db_table = "security_events"
        indexes = [
            models.Index(fields=["user", "-id"], name="security_events_newest"),
            models.Index(fields=["created_at"], name="security_events_oldest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["answers"], condition=Q(answers__isnull=False), name="security_events_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class DataExport(models.Model):
    """An archive of everything that an account has, made by a job. `accounts.exports` writes these."""

    class State(models.TextChoices):
        QUEUED = "queued"
        WRITING = "writing"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    OPEN = (State.QUEUED, State.WRITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(
        max_length=10, choices=State, default=State.QUEUED, db_default=State.QUEUED.value
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    token = models.PositiveIntegerField(db_default=0)
    """How many jobs have begun to write it. Only the last one's archive counts."""
    lease_until = models.DateTimeField(null=True)
    """Until then no other job begins to write it."""
    records = models.PositiveIntegerField(db_default=0)
    """How many have been written so far."""
    file = models.CharField(max_length=100, blank=True, db_default="")
    """Its name in the storage `exports`."""
    size = models.PositiveBigIntegerField(db_default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "data_exports"
        indexes = [models.Index(fields=["user", "-id"], name="data_exports_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["queued", "writing"]),
                name="data_exports_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def records_display(self) -> str:
        return f"{self.records:,} record{'' if self.records == 1 else 's'}"

    @property
    def is_ready(self) -> bool:
        """Its file is deleted within an hour after it has expired."""
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.state == self.State.READY and not expired


class Erasure(models.Model):
    """That an account was erased, and what was erased with it. Nothing in it says whose it was."""

    account_id = models.UUIDField(primary_key=True)
    """The id that the user had. The ledger keeps its lines under it."""
    asked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    """Null while it is being erased."""
    rows = models.JSONField(default=dict)
    """How many of each kind were erased."""

    class Meta:
        db_table = "erasures"

    def __str__(self) -> str:
        return f"{self.account_id}"
