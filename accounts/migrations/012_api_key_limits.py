from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "010_api_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="first_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="apikey",
            name="last_used_address",
            field=models.CharField(blank=True, db_default="", max_length=45),
        ),
        migrations.AddField(
            model_name="apikey",
            name="monthly_cost_limit_usd",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="apikey",
            name="requests_per_minute",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="apikey",
            name="rotated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
