"""Whatever is done to a bill, in whatever order: the books agree with the records, and nobody gives back too much."""

from random import Random

import pytest
from django.db import connection

from billing.access.scopes import seeing_as_system
from tests.billing.credits.bills import with_budget
from tests.billing.money_lives import live


@pytest.mark.django_db
def test_lives_keep_the_books() -> None:
    by = with_budget("agent@desk.example", grant=10**7, monthly=10**9, limit_minor=10**7)
    by.groups.first().refund_limits.update(daily_count=30_000)  # type: ignore[union-attr]  # it has two
    random, done, refused = Random(11), 0, 0

    for number in range(25):
        life = live(random, by=by)
        with seeing_as_system():
            assert life.broken() == [], f"life {number}"
        done, refused = done + life.done, refused + life.refused

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (done > 60, refused > 10) == (True, True)  # both sides of every rule were met
