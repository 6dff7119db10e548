"""What staff did and noted. Both tables are only ever added to."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User

MAX_REASON, MAX_NOTE = 200, 2_000
"""Characters."""


class StaffAction(models.Model):
    """Something that a member of staff did, and why. Postgres refuses to change or delete a row.

    It outlives the accounts that it names, so neither id is a foreign key in the database.
    """

    actor = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    action = models.CharField(max_length=40)
    subject = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    """Whose account it was about. Null: nobody's, as of a plan or an incident."""
    object_type = models.CharField(max_length=20)
    object_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=MAX_REASON)
    details = models.JSONField(default=dict)
    """What was entered beside the reason."""
    request_id = models.CharField(max_length=100)
    form_id = models.UUIDField(unique=True)
    """Of the form that was sent: sent twice, it is done once."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "staff_actions"
        default_permissions = ("view",)
        permissions = [
            ("retry_run", "Try a run again"),
            ("cancel_run", "Stop a run"),
            ("return_unit", "Return the unit of a run"),
            ("grant_units", "Add posts or assists to a month"),
            ("give_plan", "Give a plan"),
            ("end_given_plan", "End a plan that was given"),
            ("set_cost_limit", "Change the limit on model costs"),
            ("change_plan", "Change what a plan includes"),
            ("look_at_stripe", "Look a customer up at Stripe"),
            ("revoke_key", "Revoke an API key"),
            ("confirm_email", "Confirm an email address"),
            ("close_account", "Close an account"),
            ("reopen_account", "Open an account again"),
            ("resend_notification", "Send a notification again"),
            ("read_post", "Read a customer's post"),
            ("reset_second_factors", "Reset somebody's second factors"),
            ("open_incident", "Open an incident"),
            ("update_incident", "Tell more about an incident"),
            ("resolve_incident", "Resolve an incident"),
            ("add_note", "Add a note"),
            ("set_role", "Say who is staff, and in which groups"),
        ]
        indexes = [models.Index(fields=["subject", "-id"], name="staff_actions_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class StaffNote(models.Model):
    """What staff should know about a customer. It goes with the account."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    text = models.CharField(max_length=MAX_NOTE)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "staff_notes"
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-id"], name="staff_notes_newest")]

    def __str__(self) -> str:
        return f"{self.text[:60]}"
