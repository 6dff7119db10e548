from django.apps import AppConfig


class BlogAIConfig(AppConfig):
    name = "blogai"
