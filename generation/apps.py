from django.apps import AppConfig
from django.conf import settings

from generation.llm import pricing


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        pricing.extend(settings.LLM_PRICES)
