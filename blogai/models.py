from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Maintenance(models.Model):
    """Has its only row while maintenance mode is on; see `manage.py maintenance`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    began_at = models.DateTimeField(auto_now_add=True)
    message = models.CharField(max_length=300, blank=True, db_default="")
    """What visitors read. Empty: the usual sentence."""
    until = models.DateTimeField(null=True)
    """When it is expected to end. Nothing happens then by itself."""

    class Meta:
        db_table = "maintenance"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="maintenance_is_on_or_off")]

    def __str__(self) -> str:
        return f"since {self.began_at:%F %H:%M}"


class ContactMessage(models.Model):
    """A message to support, from when it was sent until it has been mailed."""

    class Topic(models.TextChoices):
        POST = "post", "A post"
        PLAN = "plan", "My plan or a payment"
        ACCOUNT = "account", "My account or signing in"
        API = "api", "The API"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="contact_messages"
    )
    """Null: whoever sent it was not signed in, and `email` is only what they typed."""
    email = models.EmailField()
    topic = models.CharField(max_length=10, choices=Topic)
    text = models.TextField()
    request_id = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    forwarded_at = models.DateTimeField(null=True)
    """When support had it; what is left then is to confirm it."""

    class Meta:
        db_table = "contact_messages"

    def __str__(self) -> str:
        return f"{self.topic}, {self.created_at:%F %H:%M}"


class ConsistencyCheck(models.Model):
    """The last result of a check. Only `blogai.consistency` uses this table."""

    name = models.CharField(max_length=20, primary_key=True)
    violations = models.PositiveIntegerField()
    checked_at = models.DateTimeField()

    class Meta:
        db_table = "consistency_checks"

    def __str__(self) -> str:
        return f"{self.name}: {self.violations}"
