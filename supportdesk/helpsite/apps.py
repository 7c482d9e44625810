from django.apps import AppConfig


class HelpsiteConfig(AppConfig):
    name = "supportdesk.helpsite"
    label = "helpsite"
    default_auto_field = "django.db.models.BigAutoField"
