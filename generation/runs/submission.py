"""Starting runs from a page, where people press a button twice: one form makes one run."""

import uuid

from django.db import transaction

from accounts.models import User
from blogai.errors import NotFound
from generation.conversations.models import Conversation
from generation.conversations.services import conversation_named
from generation.pipeline.types import Brief
from generation.runs import line
from generation.runs.models import Run
from generation.runs.services import start


@transaction.atomic
def submit(
    owner: User,
    *,
    brief: Brief,
    form: uuid.UUID,
    email_when_done: bool = False,
    review_outline: bool = False,
) -> Run:
    """The run of a submitted form, started by its first submission; a changed form is another.

    The conversation's name says which form it was, and its row is locked: of two submissions at once the
    second finds the run of the first. Raises what `start` raises.
    """
    name = str(uuid.uuid5(form, brief.model_dump_json() + "review" * review_outline))
    conversation = conversation_named(owner, name)
    return _newest(conversation) or start(
        owner,
        brief=brief,
        conversation=name,
        email_when_done=email_when_done,
        review_outline=review_outline,
    )


def unfinished(owner: User, post_id: uuid.UUID) -> Run:
    """The owner's run that is to become, or failed to become, this post, and how many are `ahead` of it.

    Raises NotFound.
    """
    runs = Run.objects.filter(owner=owner, post_id=post_id).exclude(status=Run.Status.COMPLETED)
    run = runs.select_related("conversation").annotate(ahead=line.ahead()).first()
    if run is None:
        raise NotFound("There is no such post.")
    return run


def _newest(conversation: Conversation) -> Run | None:
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return conversation.runs.order_by("-pk").first()
