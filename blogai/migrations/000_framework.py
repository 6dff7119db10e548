"""The tables of other packages, which those of ours build on, and the switch for maintenance."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Maintenance",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "maintenance",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="maintenance_is_on_or_off")
                ],
            },
        ),
    ]
