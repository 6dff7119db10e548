from django.db import migrations, models


class Migration(migrations.Migration):
    """Which pepper a key is stored under, and webhook secrets that outlive theirs."""

    dependencies = [("accounts", "033_theme_names")]

    operations = [
        migrations.AddField(
            "ApiKey", "pepper", models.CharField(blank=True, db_default="", editable=False, max_length=8)
        ),
        migrations.AddField(
            "User", "webhook_secret", models.TextField(blank=True, db_default="", default="", editable=False)
        ),
    ]
