"""Whatever the order of arrival, and however often each comes, the final state is the same."""

from collections.abc import Sequence
from itertools import islice, permutations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.access.scopes import seeing_as_system
from tests.billing.webhooks.histories import HISTORIES, long_history
from tests.billing.webhooks.inbox import deliver, final_state, left_over

Json = dict[str, Any]


class Undone(Exception):
    """Ends a transaction without a trace."""


def state_after(events: Sequence[Json]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        with transaction.atomic(), seeing_as_system():
            deliver(events)
            assert left_over() == []
            found = final_state()
            raise Undone
    except Undone:
        return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", HISTORIES)
def test_every_permutation_ends_in_the_same_state(name: str) -> None:
    history = HISTORIES[name]
    expected = state_after(history)

    # All orders of four events; of five, every thirteenth, which begins with each of them twice.
    for order in islice(permutations(history), 0, None, 1 if len(history) < 5 else 13):
        assert state_after(order) == expected, [event["id"] for event in order]


@pytest.mark.django_db
@pytest.mark.parametrize("name", HISTORIES)
def test_repeats_change_nothing(name: str) -> None:
    history = HISTORIES[name]
    again = [{**event, "id": f"{event['id']}_again"} for event in history]

    assert state_after([*history, *again, *history, *reversed(again)]) == state_after(history)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_long_histories_in_any_order_with_repeats(data: st.DataObject) -> None:
    history = long_history(data.draw)
    told = data.draw(st.lists(st.sampled_from(history), max_size=6)) + data.draw(st.permutations(history))

    assert state_after(told) == state_after(history)
