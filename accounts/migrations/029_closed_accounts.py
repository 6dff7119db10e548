from django.db import migrations, models


class Migration(migrations.Migration):
    """Until when a closed account may be kept, and what its owner's new posts start with."""

    dependencies = [
        ("accounts", "028_account_records"),
    ]

    operations = [
        migrations.AddField("User", "delete_after", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "User", "writing_defaults", models.JSONField(blank=True, db_default={}, default=dict)
        ),
    ]
