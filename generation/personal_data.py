"""This app's part of an export, a closing and an erasure. Imported by GenerationConfig.ready."""

import re
from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db.models import Model, QuerySet
from django.dispatch import receiver

from accounts.archive import Archive, in_chunks
from accounts.models import User
from accounts.signals import account_closed, erase_data, export_data
from generation.models import (
    BrandProfile,
    ContentVersion,
    Conversation,
    LlmCall,
    Notification,
    Post,
    Proposal,
    Run,
    RunEvent,
    RunStep,
    SavedFilter,
    Share,
    Template,
    ToolUsage,
    VoiceFingerprint,
    VoiceSample,
    VoiceScore,
)
from generation.notifications.webhooks import without_query
from generation.runs import closed_accounts

RUNS_AT_ONCE = 20
"""A run has some thirty rows, and its texts."""
OF_THE_WORKER = ("token", "input_hash")


@receiver(account_closed)
def stop(user: User, **_: Any) -> None:
    closed_accounts.defer_cancelling()


@receiver(export_data)
def export(user: User, archive: Archive, **_: Any) -> Iterator[None]:
    posts = Post.objects.filter(owner=user, is_sample=False)
    runs = Run.objects.filter(owner=user)
    written = posts.filter(deleted_at=None)
    yield from archive.texts((_file_name(post), post.content_markdown) for post in in_chunks(written))
    yield from archive.table("posts.json", Post, in_chunks(posts))
    yield from archive.table(
        "content_versions.json", ContentVersion, _of(posts, ContentVersion.objects.all(), "post_id")
    )
    yield from archive.table("proposals.json", Proposal, _of(posts, Proposal.objects.all(), "post_id"))
    yield from archive.table(
        "conversations.json",
        Conversation,
        in_chunks(Conversation.objects.filter(owner=user).exclude(posts__is_sample=True)),
    )
    yield from archive.table(
        "runs.json",
        Run,
        in_chunks(runs),
        leave_out=("attempt", "attempts_without_progress", "lease_until", "reservation", "body_hash"),
        shown={"callback_url": _shown_url},
    )
    yield from archive.table(
        "run_steps.json", RunStep, _of(runs, RunStep.objects.all()), leave_out=OF_THE_WORKER
    )
    yield from archive.table("run_events.json", RunEvent, _of(runs, RunEvent.objects.all()))
    yield from archive.table("model_calls.json", LlmCall, _of(runs, LlmCall.objects.all()))
    yield from archive.table(
        "notifications.json", Notification, _of(runs, Notification.objects.all(), "event__run_id")
    )
    yield from archive.table(
        "shares.json", Share, in_chunks(Share.objects.filter(owner=user)), leave_out=("token",)
    )
    yield from _export_brands(user, archive)


def _export_brands(user: User, archive: Archive) -> Iterator[None]:
    brands = BrandProfile.objects.filter(owner=user)
    yield from archive.table("brand_profiles.json", BrandProfile, in_chunks(brands))
    yield from archive.table(
        "voice_samples.json", VoiceSample, _of(brands, VoiceSample.objects.all(), "profile_id")
    )
    yield from archive.table(
        "voice_fingerprints.json", VoiceFingerprint, _of(brands, VoiceFingerprint.objects.all(), "profile_id")
    )
    yield from archive.table(
        "voice_scores.json", VoiceScore, _of(brands, VoiceScore.objects.all(), "profile_id")
    )
    yield from archive.table("templates.json", Template, in_chunks(Template.objects.filter(owner=user)))
    yield from archive.table(
        "saved_filters.json", SavedFilter, in_chunks(SavedFilter.objects.filter(owner=user))
    )
    yield from archive.table("tool_usage.json", ToolUsage, in_chunks(ToolUsage.objects.filter(owner=user)))


@receiver(erase_data)
def erase(user: User, **_: Any) -> dict[str, int]:
    """Some of everything; conversations last, since runs and posts are in them."""
    first = (Run, Post, BrandProfile, SavedFilter, Template, ToolUsage)
    counts = {model._meta.db_table: _delete_some(model, user) for model in first}
    return counts if any(counts.values()) else {"conversations": _delete_some(Conversation, user)}


def _delete_some(model: type[Model], user: User) -> int:
    """Delete some of the user's rows, with all that hangs on them; returns how many."""
    mine = model._default_manager.filter(owner=user).order_by("pk").values_list("pk", flat=True)
    some = list(mine[:RUNS_AT_ONCE])
    model._default_manager.filter(pk__in=some).delete()
    return len(some)


def _of[P: Model, M: Model](
    parents: "QuerySet[P, P]", rows: "QuerySet[M, M]", parent: str = "run_id"
) -> Iterator[M]:
    """The rows that belong to the parents, some parents' at a time: those have an index by their owner."""
    for some in batched(in_chunks(parents.only("pk")), RUNS_AT_ONCE):
        yield from rows.filter(**{f"{parent}__in": [each.pk for each in some]}).order_by("pk")


def _file_name(post: Post) -> str:
    slug = re.sub(r"[^\w-]+", "-", post.slug)[:80] or "post"
    return f"posts/{post.created_at:%Y-%m-%d}-{slug}-{post.pk.hex[-8:]}.md"


def _shown_url(url: str) -> str:
    """Without its query, in which there may be a secret of the receiver's."""
    return url and without_query(url)
