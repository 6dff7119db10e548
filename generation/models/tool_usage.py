from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class ToolUsage(models.Model):
    """One use of a writing tool: what was entered, and what came back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    tool = models.CharField(max_length=60)
    """The tool's identifier, such as `blog-title-generator`."""
    inputs = models.JSONField(default=dict)
    output = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "tool_usage"
        db_table_comment = "Uses of writing tools. Empty: this version has no writing tools."
        indexes = [models.Index(fields=["owner", "-id"], name="tool_usage_newest")]

    def __str__(self) -> str:
        return f"{self.tool} {self.id}"
