from django.db import migrations, models


class Migration(migrations.Migration):
    """A run is any work that a model does for somebody, of which posts are the first kind."""

    dependencies = [
        ("generation", "030_library"),
    ]

    operations = [
        migrations.AddField(
            "Run", "kind", models.TextField(db_default="post", default="post", editable=False)
        ),
        migrations.AddField("Run", "target_id", models.UUIDField(editable=False, null=True)),
        migrations.AddIndex(
            "Run",
            models.Index(
                condition=models.Q(("target_id__isnull", False)), fields=["target_id"], name="runs_of_target"
            ),
        ),
    ]
