from django.db import migrations, models


class Migration(migrations.Migration):
    """The last result of each check of consistency."""

    dependencies = [
        ("blogai", "027_support"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsistencyCheck",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("violations", models.PositiveIntegerField()),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "consistency_checks",
            },
        ),
    ]
