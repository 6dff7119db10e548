from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing.stripe.mirror import keep_to_ourselves

        keep_to_ourselves()
