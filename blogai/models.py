from django.db import models
from django.db.models import Q


class Maintenance(models.Model):
    """Has its only row while maintenance mode is on; see `manage.py maintenance`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    began_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "maintenance"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="maintenance_is_on_or_off")]

    def __str__(self) -> str:
        return f"since {self.began_at:%F %H:%M}"
