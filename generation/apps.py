from django.apps import AppConfig
from django.conf import settings

from generation.llm import pricing


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        from generation import personal_data  # noqa: F401 (its receivers)
        from generation.posts import first_post  # noqa: F401 (its receiver)
        from generation.runs import channel_layer  # noqa: F401 (its receiver)

        pricing.extend(settings.LLM_PRICES)
