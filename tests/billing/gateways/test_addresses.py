"""A provider's address object as the lines of an envelope."""

from typing import Any

import pytest

from billing.gateways.stripe.addresses import LONGEST, envelope
from billing.gateways.stripe.fields import Unreadable

HARBOUR = {"line1": "12 Harbour Street", "line2": "Flat 3", "city": "Leeds", "postal_code": "LS1 4AP", "country": "GB"}
ALDER = {"line1": "9 Alder Street", "city": "Portland", "state": "OR", "postal_code": "97205", "country": "US"}
LINDE = {"line1": "Lindenweg 4", "city": "Berlin", "postal_code": "10115", "country": "DE"}


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (HARBOUR, "12 Harbour Street|Flat 3|Leeds|LS1 4AP"),
        (ALDER, "9 Alder Street|Portland, OR 97205"),
        (LINDE, "Lindenweg 4|10115 Berlin"),
        ({**LINDE, "country": None, "state": "Berlin"}, "Lindenweg 4|10115 Berlin|Berlin"),
        ({**ALDER, "state": None, "postal_code": ""}, "9 Alder Street|Portland"),
        ({"country": "US"}, ""),
        ({"line1": "Unit A|B", "country": "US"}, "Unit A/B"),
        ({"line1": "   ", "city": " Rome "}, "Rome"),
        (None, ""),
    ],
)
def test_the_town_stands_where_its_country_writes_it(address: dict[str, Any] | None, written: str) -> None:
    assert envelope({"address": address}) == written


def test_what_is_too_long_ends_with_a_whole_line() -> None:
    long = {"line1": "a" * 200, "line2": "b" * 200, "city": "c" * 200, "postal_code": "d" * 200}

    written = envelope({"address": long})

    assert (len(written) <= LONGEST, [line[0] for line in written.split("|")]) == (True, ["a", "b"])


def test_an_address_of_another_shape_is_refused() -> None:
    with pytest.raises(Unreadable, match="line1 is not text"):
        envelope({"address": {"line1": ["9 Alder Street"]}})
