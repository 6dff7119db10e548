from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from accounts.models import User
        from billing import carry_over, personal_data  # noqa: F401 (listen to accounts that come and go)
        from billing.stripe.closing import close_customers
        from billing.stripe.mirror import keep_to_ourselves

        keep_to_ourselves()
        pre_delete.connect(close_customers, sender=User, dispatch_uid="billing.close_customers")
