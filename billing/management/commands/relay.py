import signal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error

from billing.audit.verify import report_tampering, verify_newest
from billing.outbox.loop import Relay


class Command(BaseCommand):
    help = "Publish the outbox, number the stream and seal the audit trail, until told to stop. Two at once do no harm."

    def handle(self, **options: Any) -> None:
        relay = Relay()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        self._look_at_the_trail()
        self.stdout.write("relay: at work")
        relay.run()

    def _look_at_the_trail(self) -> None:
        """Said, and no reason not to start: a relay that stays down would leave what comes next without a seal."""
        try:
            report = verify_newest()
        except Error as error:  # the rounds wait for a database that is away; so does this, till the hour
            self.stderr.write(f"relay: the audit trail could not be looked at: {error}")
            return
        if report_tampering(report):
            self.stderr.write(f"relay: the audit trail was tampered with: {len(report.findings)} findings")
            return
        self.stdout.write(f"relay: the audit trail is whole in its newest {report.seals} seals")
