from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from generation.models.post import Post


class Share(models.Model):
    """An address at which anybody reads a post. Turning it off deletes the row.

    The token is stored as it is: its owner copies the address again weeks later. A digest would protect
    nothing, since whoever reads this table can read the posts in the one beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shares")
    token = models.CharField(max_length=43, unique=True, editable=False)
    public = models.BooleanField(default=False, db_default=False)
    """Whether search engines may find it. A public page has no end."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shares"

    def __str__(self) -> str:
        return f"share {self.pk}"
