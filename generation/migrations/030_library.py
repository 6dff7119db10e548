from django.db import migrations, models

# No field, so that nobody loads it with a post. Chinese and Japanese have no spaces between words: each of their
# characters counts as one, as in generation.posts.library.
SEARCH = r"""
ALTER TABLE generated_content ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple',
    regexp_replace(left(title || ' ' || content_markdown, 200000), '([\u3040-\u30ff\u3400-\u9fff])', ' \1 ', 'g')
)) STORED;
CREATE INDEX generated_content_search ON generated_content USING gin (search);
"""
NO_SEARCH = "ALTER TABLE generated_content DROP COLUMN search;"


class Migration(migrations.Migration):
    """The library: search in the text of posts, a sample for new accounts, and deleting what was stopped."""

    dependencies = [
        ("generation", "029_by_time"),
    ]

    operations = [
        migrations.AddField(
            "Post", "is_sample", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddField("Run", "deleted_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "Run",
            models.Index(
                condition=models.Q(("deleted_at__isnull", False)), fields=["deleted_at"], name="runs_deleted"
            ),
        ),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
