import pytest

from billing.redaction import Kind, redact


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CVV 123", "CVV ***"),
        ("cvv2: 1234", "cvv2: ***"),
        ("my CVC is 1 2 3 ok", "my CVC is *** ok"),
        ("the security code on the back of the card is 123", "the security code on the back of the card is ***"),
        ("Prüfnummer lautet 123", "Prüfnummer lautet ***"),
        ("Sicherheitscode: 123", "Sicherheitscode: ***"),
        ("le cryptogramme est 123", "le cryptogramme est ***"),
        ("código de seguridad 123", "código de seguridad ***"),
        ("codice di sicurezza: 123", "codice di sicurezza: ***"),
        ("安全码是123", "安全码是***"),
        ("セキュリティコードは123", "セキュリティコードは***"),
        ("رمز الأمان ١٢٣", "رمز الأمان ***"),
        ("код безопасности 123", "код безопасности ***"),
        ("123 is my cvv", "*** is my cvv"),
        ("123 (CVV)", "*** (CVV)"),
        ("<td>CVV</td><td>123</td>", "<td>CVV</td><td>***</td>"),
        ("4111 1111 1111 1111 12/26 123", "****1111 12/26 ***"),
        ("4111111111111111|12|2026|123", "****1111|12|2026|***"),
        ("4111111111111111, exp 1226, 123", "****1111, exp 1226, ***"),
        ("4111111111111111 valid until 12/26 code 123", "****1111 valid until 12/26 code ***"),
        ("3782 822463 10005 12/26 1234", "****0005 12/26 ***"),
        ("4111111111111111\n123", "****1111\n***"),
        ("123 CVV, card 4111111111111111", "*** CVV, card ****1111"),
        ("pin code: 1234", "pin code: ***"),
        ("%B4111111111111111^DOE/JOHN^26121010000000000000?", "%B****1111^***"),
        (";4111111111111111=26121011234567890?", ";****1111=***"),
    ],
)
def test_codes_are_removed(written: str, expected: str) -> None:
    assert redact(written).text == expected


@pytest.mark.parametrize(
    "written",
    [
        "CVV is wrong, error 402",
        "cvv: 12345",
        "CVV check cost 123.50",
        "error 402 CVV mismatch",
        "security code 120 EUR",
        "spinning 1234",
        "the incident cid-like word",
        "pin 12",
        "****1111 120 EUR",
        "card ending 4242, 120 dollars",
    ],
)
def test_other_small_numbers_stay(written: str) -> None:
    assert redact(written).text == written


def test_an_amount_behind_a_card_is_no_code() -> None:
    assert redact("4111111111111111 120 EUR").text == "****1111 120 EUR"
    assert redact("4111111111111111 120.00").text == "****1111 120.00"
    assert redact("4111111111111111 1226").text == "****1111 1226"


def test_kinds() -> None:
    found = redact(";4111111111111111=26121011234567890? cvv 123 pin 1234").findings

    assert [finding.kind for finding in found] == [Kind.CARD_NUMBER, Kind.TRACK, Kind.SECURITY_CODE, Kind.PIN]
