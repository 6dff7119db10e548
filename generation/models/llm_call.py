from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from generation.models.run import Run


class LlmCall(models.Model):
    """One call to a model and what it cost."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="calls")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20)
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    input_tokens = models.PositiveIntegerField()
    output_tokens = models.PositiveIntegerField()
    estimated = models.BooleanField(default=False)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6)
    price_version = models.CharField(max_length=20)
    first_token_ms = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveIntegerField()
    finish_reason = models.CharField(max_length=20)
    error = models.CharField(max_length=40, blank=True)
    in_ledger = models.BooleanField(db_default=False)
    """Whether its cost is in the ledger, in the line of a run that ended."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "llm_calls"
        indexes = [BrinIndex(fields=["created_at"], name="llm_calls_by_time", autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.step}: {self.model}"
