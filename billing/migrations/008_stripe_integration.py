"""The tables of dj-stripe."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "007_usage_quotas"),
        ("djstripe", "0003_2_11"),
    ]

    operations = []
