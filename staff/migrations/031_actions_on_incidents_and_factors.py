from django.db import migrations


class Migration(migrations.Migration):
    """What staff may do with incidents and second factors. The table stays as it is."""

    dependencies = [
        ("staff", "028_staff"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="staffaction",
            options={
                "default_permissions": ("view",),
                "permissions": [
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
                ],
            },
        ),
    ]
