import ast
from pathlib import Path

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

import billing
from billing.currencies import EXPONENTS
from billing.money import LARGEST_MINOR, MixedCurrencies, Money, MoneyError, UnknownCurrency, total

currencies = st.sampled_from(sorted(EXPONENTS))
minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)


@given(minors, currencies)
def test_what_is_shown_can_be_typed_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)

    assert Money.parse(amount.format(), currency) == amount
    assert Money.parse(amount.format_with_code(), currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("500", "JPY", 500),
        ("JPY 500", "JPY", 500),
        ("¥1,500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
        ("0.0001", "CLF", 1),
        ("1000000000000000", "EUR", 10**17),
        ("1,000,000,000,000,000.00", "EUR", 10**17),
        ("-12.50", "EUR", -1250),
        ("−12.50", "EUR", -1250),
        ("-$3", "USD", -300),
        (" 3 EUR ", "EUR", 300),
        ("0", "EUR", 0),
        ("007", "EUR", 700),
    ],
)
def test_amounts_people_type(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("-", "EUR"),
        ("1e3", "EUR"),
        ("１００", "EUR"),
        ("١٢", "EUR"),
        ("1,00", "EUR"),
        ("1,0000", "EUR"),
        ("1,234,5", "EUR"),
        ("1.234,50", "EUR"),
        ("12.", "EUR"),
        (".5", "EUR"),
        ("12.345", "EUR"),
        ("500.5", "JPY"),
        ("1.2345", "KWD"),
        ("NaN", "EUR"),
        ("inf", "EUR"),
        ("0x10", "EUR"),
        ("1_000", "EUR"),
        ("1 000", "EUR"),
        ("--1", "EUR"),
        ("+1", "EUR"),
        ("$5", "EUR"),
        ("5 USD", "EUR"),
        ("92233720368547758.08", "EUR"),
        ("9" * 40, "EUR"),
        ("1\x00", "EUR"),
        ("1\n2", "EUR"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, currency: str) -> None:
    with pytest.raises(MoneyError) as refused:
        Money.parse(text, currency)

    assert str(refused.value).endswith(".")


@given(st.text(max_size=12), currencies)
def test_no_text_is_half_understood(text: str, currency: str) -> None:
    try:
        amount = Money.parse(text, currency)
    except MoneyError:
        return
    assert Money.parse(amount.format(), currency) == amount


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_only_whole_numbers_are_minor_units(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "EUR")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("currency", ["eur", "XXX", "XAU", "", "EURO"])
def test_unknown_currencies_are_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, currency)


def test_two_currencies_never_mix() -> None:
    euro, yen = Money(100, "EUR"), Money(100, "JPY")

    for operation in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: total([euro, yen], "EUR")):
        with pytest.raises(MixedCurrencies):
            operation()
    assert euro != yen
    with pytest.raises(TypeError):
        euro + 1  # type: ignore[operator]  # the point of the test
    with pytest.raises(TypeError):
        euro * 1.5  # type: ignore[operator]  # the point of the test


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_sharing_out_loses_nothing_and_is_fair(minor: int, weights: list[int]) -> None:
    amount = Money(minor, "EUR")

    shares = amount.allocate(weights)

    assert total(shares, "EUR") == amount
    exact = [minor * weight / sum(weights) for weight in weights]
    assert all(abs(share.minor - wanted) <= 1.001 for share, wanted in zip(shares, exact, strict=True))


def test_odd_cents_go_to_the_first_among_equals() -> None:
    assert [share.minor for share in Money(100, "EUR").allocate([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(-100, "EUR").allocate([1, 1, 1])] == [-34, -33, -33]
    with pytest.raises(MoneyError):
        Money(100, "EUR").allocate([0, 0])


@pytest.mark.parametrize(
    ("minor", "currency", "plain", "signed", "coded"),
    [
        (-12500, "USD", "−$125.00", "−$125.00", "−125.00\u00a0USD"),
        (1000, "EUR", "€10.00", "+€10.00", "10.00\u00a0EUR"),
        (0, "EUR", "€0.00", "€0.00", "0.00\u00a0EUR"),
        (1234567, "JPY", "¥1,234,567", "+¥1,234,567", "1,234,567\u00a0JPY"),
        (-1234, "KWD", "−KWD\u00a01.234", "−KWD\u00a01.234", "−1.234\u00a0KWD"),
    ],
)
def test_how_amounts_look(minor: int, currency: str, plain: str, signed: str, coded: str) -> None:
    amount = Money(minor, currency)

    assert (amount.format(), amount.format(sign=True), amount.format_with_code()) == (plain, signed, coded)


def test_template_tags() -> None:
    page = Template("{% load money %}{% money minor code %}|{% money_change minor code %}|{{ amount|signed }}").render(
        Context({"minor": 1250, "code": "EUR", "amount": Money(1250, "EUR")})
    )

    assert page == '<span class="money">€12.50</span>|<span class="money">+€12.50</span>|+€12.50'


def test_billing_knows_no_floats() -> None:
    found = []
    root = Path(billing.__file__).parent
    odds = root / "judging"  # how often a made-up history has this or that
    for path in (path for path in root.rglob("*.py") if odds not in path.parents):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if literal or called:
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
    # Seconds, and shares of a column's values; never money.
    allowed = ("factor.py", "loop.py", "statements.py", "decoding.py", "guessing.py", "judge_diagnosis.py")
    assert [place for place in found if not place.startswith(allowed)] == []
