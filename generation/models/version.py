from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from generation.models.post import Post
from generation.models.run import Run


class ContentVersion(models.Model):
    """A text that a post has had. A post that nobody has edited has none; the first is what the model wrote.

    Not each has been the post: a text that had to be merged stands beside its merge, as it was written.
    """

    class Author(models.TextChoices):
        PERSON = "person"
        MODEL = "model"
        MERGE = "merge"
        RESTORE = "restore"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    title = models.TextField()
    body = models.TextField()
    """The Markdown below the title."""
    parts = models.JSONField(default=list)
    """Of each part its `name`, its `heading`, and in `start` the character at which it begins."""
    author = models.CharField(max_length=10, choices=Author)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    base = models.PositiveIntegerField(null=True)
    """The number of the version that it was made of."""
    session = models.UUIDField(null=True)
    """The tab or program that saved it, as that calls itself."""
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "content_versions"
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="content_versions_number")]

    def __str__(self) -> str:
        return f"version {self.number}"


class Proposal(models.Model):
    """A change of a passage, for its owner to decide: a model's, or of a text that couldn't be merged."""

    class Kind(models.TextChoices):
        MODEL = "model"
        CONFLICT = "conflict"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DROPPED = "dropped"
        STALE = "stale"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    base = models.PositiveIntegerField()
    """The number of the version that it is about."""
    part = models.CharField(max_length=40, blank=True)
    """The name of the part that it is about; empty: the passage may be anywhere."""
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    """The passage, in characters of that version's body."""
    original = models.TextField(blank=True)
    body = models.TextField(blank=True)
    """What stands in the passage, and what should."""
    instruction = models.TextField(blank=True)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    beside = models.PositiveIntegerField(null=True)
    """Of a conflict: the number of the version that has the whole text as it was written."""
    replaces = models.UUIDField(null=True)
    """The proposal in whose place it stands, since somebody edited the passage before that was accepted."""
    result = models.PositiveIntegerField(null=True)
    """Once accepted: the number of the version with it."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "proposals"

    def __str__(self) -> str:
        return f"proposal {self.pk}"
