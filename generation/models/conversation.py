from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class Conversation(models.Model):
    """A thread around a post. `name` is chosen by its owner, and unique only among the owner's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "conversations"
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="conversations_owner_name")]

    def __str__(self) -> str:
        return self.name
