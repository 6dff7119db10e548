"""Users, who sign in by email, and the API keys that programs use on their behalf."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

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

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    """The colour scheme of the pages. `system` follows the device."""

    SYSTEM = "system", "Like my device"
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

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints = [models.UniqueConstraint(Lower("email"), name="users_email_any_case")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class ApiKey(models.Model):
    """An API key: its digest, and enough of its first and last characters to recognise it in a list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=14, db_index=True)
    last_four = models.CharField(max_length=4)
    digest = models.CharField(max_length=64, unique=True)
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
