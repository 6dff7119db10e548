from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blogai", "035_consistency_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="maintenance",
            name="message",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="maintenance",
            name="until",
            field=models.DateTimeField(null=True),
        ),
    ]
