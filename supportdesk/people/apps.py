from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "supportdesk.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from billing.audit.sources import seal_also
        from supportdesk.people import checks, receivers  # the registry of models is ready only now
        from supportdesk.people.models import IdentityEvent

        seal_also(IdentityEvent)

        post_migrate.connect(receivers.sync_roles_after_migrate, dispatch_uid="people.sync_roles")
        receivers.connect()
        register(checks.every_url_declares_a_policy, Tags.urls)
        register(checks.tries_are_counted_for_good, Tags.security)
        register(checks.admin_is_fenced_in, Tags.security, deploy=True)
