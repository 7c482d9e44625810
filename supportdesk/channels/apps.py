from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "supportdesk.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from supportdesk.channels import receivers  # noqa: F401  # connects allauth's signals
