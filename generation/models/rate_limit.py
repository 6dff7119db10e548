from django.contrib.postgres.fields import ArrayField
from django.db import models


class RateLimitWindow(models.Model):
    """The last calls to language models, for a limit a minute that all processes share without Redis."""

    name = models.TextField(primary_key=True)
    taken = ArrayField(models.DateTimeField())
    """The oldest first; as many as the limit. Some may be reserved, which lie in the future."""

    class Meta:
        db_table = "llm_turns"

    def __str__(self) -> str:
        return self.name
