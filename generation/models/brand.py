"""A brand, samples of its voice, and what was measured in them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from uuid_utils.compat import uuid7

EMPTY = "Empty: this version has no brand voice."


class BrandProfile(models.Model):
    """How a brand writes, in its owner's words. One of an owner's profiles may be the default."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120, db_index=False)
    tone_keywords = ArrayField(models.CharField(max_length=40), default=list)
    writing_style = models.TextField(blank=True)
    example_content = models.TextField(blank=True)
    industry = models.CharField(max_length=100, blank=True)
    target_audience = models.TextField(blank=True)
    preferred_words = ArrayField(models.CharField(max_length=80), default=list)
    avoid_words = ArrayField(models.CharField(max_length=80), default=list)
    brand_values = ArrayField(models.CharField(max_length=200), default=list)
    content_themes = ArrayField(models.CharField(max_length=200), default=list)
    is_default = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "brand_profiles"
        db_table_comment = f"How a brand writes. {EMPTY}"
        constraints = [
            models.UniqueConstraint(fields=["owner", "slug"], name="brand_profiles_owner_slug"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True), name="brand_profiles_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VoiceSample(models.Model):
    """A text that shows how the brand writes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(BrandProfile, on_delete=models.CASCADE, related_name="samples")
    title = models.CharField(max_length=200, blank=True)
    content = models.TextField()
    content_type = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=500, blank=True)
    """Where the text was published: an address or a name."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "voice_samples"
        db_table_comment = f"Texts that show how a brand writes. {EMPTY}"
        constraints = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("content"), 50)
                & LessThanOrEqual(Length("content"), 50_000),
                name="voice_samples_length",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.id)


class VoiceFingerprint(models.Model):
    """What training measured in the samples of a profile, which the owner may edit."""

    profile = models.OneToOneField(
        BrandProfile, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    measured = models.JSONField(default=dict)
    sample_count = models.PositiveIntegerField()
    trained_at = models.DateTimeField()

    class Meta:
        db_table = "voice_fingerprints"
        db_table_comment = f"What training measured in a brand's samples. {EMPTY}"

    def __str__(self) -> str:
        return f"fingerprint of {self.profile_id}"


class VoiceScore(models.Model):
    """How close a text comes to a profile: each score from 0 to 1, with its causes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(BrandProfile, on_delete=models.CASCADE, related_name="scores")
    post = models.ForeignKey("generation.Post", on_delete=models.CASCADE, null=True, related_name="+")
    """The post that was scored. Null: a text that is not stored."""
    vocabulary = models.FloatField()
    tone = models.FloatField()
    style = models.FloatField()
    overall = models.FloatField()
    causes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "voice_scores"
        db_table_comment = f"How close texts come to a brand's voice. {EMPTY}"

    def __str__(self) -> str:
        return f"{self.overall:.2f} for {self.profile_id}"
