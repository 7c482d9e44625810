from typing import Any

from django.core.management.base import BaseCommand

from billing.actions.field_keys import seal_again, sealed_fields


class Command(BaseCommand):
    help = "Seal every sealed field again with the newest of FIELD_KEYS. May be stopped and run again at any time."

    def handle(self, **options: Any) -> None:
        for model, field in sealed_fields():
            done = 0
            while batch := seal_again(model, field):
                done += batch
                self.stdout.write(f"{model._meta.label}.{field.name}: {done} sealed again")
            self.stdout.write(f"{model._meta.label}.{field.name}: all with the newest key")
