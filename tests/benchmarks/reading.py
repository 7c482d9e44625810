"""Writes rows of the read log at a steady pace. A program: it runs inside a desk's Django."""

import os
import sys
import time


def main(count: int, a_second: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.utils import timezone

    from billing.models import PaymentRead, Reading, ReadOutcome

    began = time.monotonic()
    for number in range(count):
        PaymentRead.objects.create(
            at=timezone.now(), outcome=ReadOutcome.SEEN, reading=Reading.LIST, view="bench.reading", actor_name="bench"
        )
        time.sleep(max(0.0, began + (number + 1) / a_second - time.monotonic()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
