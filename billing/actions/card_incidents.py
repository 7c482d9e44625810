"""A card number where none may be is an incident: a row that is shown in the admin, and a line for the alarms."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from billing.models import CardIncident
from billing.scanning import Found, scan

log = logging.getLogger("redress.cards")

MOST: Final = 10_000  # a column filled with them is one incident to somebody; its first rows are enough to see it
SHOWN: Final = 20


def scan_for_cards(*, files: Sequence[str] = (), at: datetime) -> list[Found]:
    """Look everywhere, and keep what was found. What an earlier scan found and this one does not, is gone."""
    found = list(dict.fromkeys(islice(scan(files=files), MOST)))
    _keep(found, at=at)
    if len(found) < MOST:
        CardIncident.objects.filter(gone_at=None, last_seen_at__lt=at).update(gone_at=at)
    for each in found[:SHOWN]:
        log.critical("a card number stands in %s, %s", each.place, each.row_key)
    if len(found) > SHOWN:
        log.critical("and in %s more places, see the card incidents in the admin", len(found) - SHOWN)
    if not found:
        log.info("no card number stands anywhere")
    return found


def _keep(found: Sequence[Found], *, at: datetime) -> None:
    CardIncident.objects.bulk_create(
        [CardIncident(place=each.place, row_key=each.row_key[:200], found_at=at, last_seen_at=at) for each in found],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["place", "row_key"],
        update_fields=["last_seen_at", "gone_at"],
    )
