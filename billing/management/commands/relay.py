import signal
from typing import Any

from django.core.management.base import BaseCommand

from billing.outbox.loop import Relay


class Command(BaseCommand):
    help = "Publish the outbox, number the stream and seal the audit trail, until told to stop. Two at once do no harm."

    def handle(self, **options: Any) -> None:
        relay = Relay()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        self.stdout.write("relay: at work")
        relay.run()
