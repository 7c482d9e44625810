import csv
import io
from decimal import Decimal

import pytest

from billing.text import expand, safe_cell, safe_row, unknown_names


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1+cmd|'/C calc'!A0", "'-1+cmd|'/C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("\x00=1", "'=1"),
        ("a=1", "a=1"),
        ("", ""),
        (-1250, -1250),
        (Decimal("-12.50"), Decimal("-12.50")),
        (None, None),
    ],
)
def test_cells(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


def test_a_row_survives_the_round_trip() -> None:
    out = io.StringIO()
    csv.writer(out).writerow(safe_row(["=1", 'a"b', "c\nd", -5]))

    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == ["'=1", 'a"b', "c\nd", "-5"]


VALUES = {"customer.name": "Jane {{ ticket.number }}", "ticket.number": "T-1", "agent.name": "{{agent.name}}"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("Dear {{ customer.name }},", "Dear Jane {{ ticket.number }},"),
        ("{{customer.name}}{{ticket.number}}", "Jane {{ ticket.number }}T-1"),
        ("{{ agent.name }}", "{{agent.name}}"),
        ("{{ customer.password }}", "{{ customer.password }}"),
        ("{{ customer.__class__ }}", "{{ customer.__class__ }}"),
        ("{{ customer.name|safe }}", "{{ customer.name|safe }}"),
        ("{% debug %} {0.__class__} %(x)s ${x} {{ 7*7 }}", "{% debug %} {0.__class__} %(x)s ${x} {{ 7*7 }}"),
        ("{{{ticket.number}}}", "{T-1}"),
        ("{{   ticket.number\n}}", "T-1"),
        ("{{ ticket.number", "{{ ticket.number"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_once_and_never_read_again(text: str, expanded: str) -> None:
    assert expand(text, VALUES) == expanded


def test_names_that_nobody_fills_in_their_order() -> None:
    assert unknown_names("{{ z.z }} {{agent.name}} {{ a.b }} {{ z.z }} {{ e }}", VALUES) == ["z.z", "a.b"]
