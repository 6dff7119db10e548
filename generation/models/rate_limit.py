from django.contrib.postgres.fields import ArrayField
from django.db import models


class RateLimitWindow(models.Model):
    """The times of the last model calls, for a rate limit that all processes share without Redis."""

    name = models.TextField(primary_key=True)
    taken = ArrayField(models.DateTimeField())
    """Oldest first, as many as the limit. Reserved slots lie in the future."""

    class Meta:
        db_table = "llm_turns"

    def __str__(self) -> str:
        return self.name
