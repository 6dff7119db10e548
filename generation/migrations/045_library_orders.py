from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Left, Lower


class Migration(migrations.Migration):
    """The library by title and by length, without sorting all of it."""

    dependencies = [
        ("generation", "044_desk_of_library"),
    ]

    operations = [
        migrations.AddIndex(
            "Post",
            models.Index(F("owner"), Lower(Left("title", 200)), F("id"), name="generated_content_by_title"),
        ),
        migrations.AddIndex(
            "Post", models.Index(fields=["owner", "-word_count", "-id"], name="generated_content_by_length")
        ),
    ]
