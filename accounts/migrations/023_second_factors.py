"""The tables of allauth's second factors, and of its sign-in with other providers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "012_api_key_limits"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = []
