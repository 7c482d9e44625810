import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.audit.verify import verify


class Command(BaseCommand):
    help = "Hash the whole audit trail again and compare it with its seals and anchors."

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        report = verify()
        for finding in report.findings:
            self.stderr.write(f"{finding.kind}: {finding.words}")
        took = f"{time.monotonic() - started:.1f} s"
        if report.findings:
            raise CommandError(f"The audit trail was tampered with: {len(report.findings)} findings ({took}).")
        self.stdout.write(
            f"The audit trail is whole: {report.seals:,} seals, {report.anchors:,} anchors,"
            f" {report.unsealed:,} rows waiting for their seal ({took})."
        )
