from django.db import migrations

# After `export_formats`, which every plan from Starter on has, as in `billing.tiers.SEEDS`.
ADD = """
UPDATE tier_limits SET features = features[:array_position(features, 'export_formats')]
    || '{webhooks}' || features[array_position(features, 'export_formats') + 1:]
WHERE 'export_formats' = ANY (features) AND 'webhooks' <> ALL (features)
"""
REMOVE = "UPDATE tier_limits SET features = array_remove(features, 'webhooks')"


class Migration(migrations.Migration):
    """The plans' new feature `webhooks`, in databases that were made before it."""

    dependencies = [
        ("billing", "020_notices"),
    ]

    operations = [
        migrations.RunSQL(ADD, REMOVE),
    ]
