from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Lower
from uuid_utils.compat import uuid7

from generation.models.conversation import Conversation


class Post(models.Model):
    """A finished post. Its id is assigned when its run starts, so that its URL is known before the text.

    The table also has the column `search`, the words of its text: no field, so that nobody loads it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="posts")
    title = models.TextField()
    slug = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    language = models.CharField(max_length=35, default="en")
    content_markdown = models.TextField()
    parts = models.JSONField()
    """`pipeline.types.Part` of each part, in order."""
    faq = models.JSONField(default=list)
    scores = models.JSONField(default=dict)
    word_count = models.PositiveIntegerField()
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    is_favorite = models.BooleanField(
        default=False, db_default=False, db_comment="Whether its owner has given it a star."
    )
    is_sample = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether it is the sample that a new account has. We wrote it: it has no run, and counts nowhere."""
    head = models.PositiveIntegerField(default=1, db_default=1)
    """The number of the version that the post is: of its `ContentVersion`, once somebody has edited it."""
    deleted_at = models.DateTimeField(null=True)
    """When the post was deleted, which hides it. Until its retention is over, its owner may restore it."""

    class Meta:
        db_table = "generated_content"
        indexes = [
            models.Index(fields=["owner", "-id"], name="generated_content_newest"),
            models.Index(fields=["owner", "language", "-id"], name="generated_content_language"),
            models.Index(
                fields=["owner", "-id"], name="generated_content_favorites", condition=Q(is_favorite=True)
            ),
            models.Index(
                fields=["owner", "-deleted_at", "-id"],
                name="generated_content_trash",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(F("owner"), Lower(Left("title", 200)), F("id"), name="generated_content_by_title"),
            models.Index(fields=["owner", "-word_count", "-id"], name="generated_content_by_length"),
            GinIndex(fields=["tags"], name="generated_content_tags", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_by_a_person(self) -> bool:
        """Whether a person brought or edited the text: then its links are theirs. A model invents them."""
        return self.head > 1 or self.is_imported

    @property
    def is_imported(self) -> bool:
        return not self.model and not self.is_sample
