from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo cases and the generator of large data. No models, no pages; production may leave it out."""

    name = "supportdesk.demo"
    label = "demo"
