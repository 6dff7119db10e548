from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Each of these registers itself: with drf-spectacular, or for signals."""
        from accounts import personal_data, receivers, schema  # noqa: F401
