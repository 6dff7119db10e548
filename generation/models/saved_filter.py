from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class SavedFilter(models.Model):
    """What somebody's library is narrowed to and ordered by, under a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    query = models.JSONField()
    """As in the address: strings by their names."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "saved_filters"
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filters_owner_name")]

    def __str__(self) -> str:
        return self.name
