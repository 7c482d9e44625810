"""What waits for a second person, as numbers: who may decide it is told before they open any payment data."""

from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, IntegerField, Value

# Open pages of those who decide follow it.
TOPIC: Final = "decisions"


@dataclass(frozen=True, slots=True)
class Waiting:
    refunds: int
    credits: int
    matches: int


class WaitingForSecond(Func):
    """The three counts of ``Waiting``, in its order, besides what the reader asked for; part of any query.

    The database's function sees all rows whatever the scope, and lets out nothing but the counts.
    """

    function = "billing_waiting_for_second_person"

    def __init__(self, reader_id: int, *, most: int) -> None:
        super().__init__(Value(reader_id), Value(most), output_field=ArrayField(IntegerField()))
