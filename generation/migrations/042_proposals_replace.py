from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "041_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="replaces",
            field=models.UUIDField(null=True),
        ),
    ]
