from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("generation", "003_create_conversations"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="is_favorite",
            field=models.BooleanField(
                db_comment="False: this version has no favorites.", db_default=False, default=False
            ),
        ),
    ]
