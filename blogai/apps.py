from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class BlogAIConfig(AppConfig):
    name = "blogai"

    def ready(self) -> None:
        from blogai import openapi_fields, personal_data  # noqa: F401 # register themselves
        from blogai.configuration import access, services  # noqa: F401 # register themselves
        from blogai.schema.apply import lock_down

        if settings.SENTRY_DSN:
            from blogai import sentry  # which takes a while to import

            sentry.start()
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            from blogai import traces  # this takes longer still

            traces.start()
        post_migrate.connect(lock_down, sender=self, dispatch_uid="blogai.lock_down")
