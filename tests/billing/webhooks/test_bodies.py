"""Whatever bytes come: JSON that the database keeps, or one exception."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.gateways.stripe.bodies import read_body
from billing.gateways.stripe.fields import Unreadable

SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    try:
        body = read_body(raw)
    except Unreadable:
        return
    assert isinstance(body, dict)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=5))
def test_any_object_is_read_as_the_standard_library_reads_it(made: dict[str, object]) -> None:
    raw = json.dumps(made).encode()
    try:
        body = read_body(raw)
    except Unreadable:
        assert "\\u" in raw.decode()  # only text that PostgreSQL cannot keep is refused
        return
    assert body == json.loads(raw)


@pytest.mark.parametrize("raw", [b'{"a":1,"\\u0061":2}', b'{"a":{"b":1,"b":1}}'])
def test_a_key_twice_however_it_is_written(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="twice"):
        read_body(raw)
