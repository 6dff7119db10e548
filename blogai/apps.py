from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogAIConfig(AppConfig):
    name = "blogai"

    def ready(self) -> None:
        from blogai import openapi_fields  # noqa: F401 # registers itself
        from blogai.schema.apply import lock_down

        post_migrate.connect(lock_down, sender=self, dispatch_uid="blogai.lock_down")
