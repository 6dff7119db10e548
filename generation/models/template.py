from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7


class Template(models.Model):
    """A writing tool, or the form of a post, saved with preset inputs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120, db_index=False)
    description = models.TextField(blank=True)
    tool = models.CharField(max_length=60)
    """The tool's identifier, or `blog-post` for the form of a post."""
    inputs = models.JSONField(default=dict)
    category = models.CharField(max_length=40, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    is_public = models.BooleanField(default=False, db_default=False)
    use_count = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "templates"
        db_table_comment = "Saved presets of tools. Empty: this version has no templates."
        constraints = [models.UniqueConstraint(fields=["owner", "slug"], name="templates_owner_slug")]

    def __str__(self) -> str:
        return self.name
