import pytest

from billing.redaction import Finding, Kind, contains_card, redact, redact_bytes, redact_joined

REDACTED = [
    ("4111111111111111", "****1111"),
    ("4111-1111-1111-1111", "****1111"),
    ("4111\u20111111\u20111111\u20111111", "****1111"),
    ("4111\u00a01111\u20091111\u202f1111", "****1111"),
    ("4111\u200b1111\u200b1111\u200b1111", "****1111"),
    ("4111.1111/1111_1111", "****1111"),
    ("4111\n1111\r\n1111\n1111", "****1111"),
    ("> 4111 1111\n> 1111 1111", "> ****1111"),
    ("4111 1111 then 1111 1111", "****1111"),
    ("4111, and then 1111, then 1111 and the last 1111.", "****1111."),
    ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "****1111"),
    ("٤١١١ ١١١١ ١١١١ ١١١١", "****1111"),
    ("４１１１１１１１１１１１１１１１", "****1111"),
    ("④①①①①①①①①①①①①①①①", "****1111"),
    ("4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3 1111 1111 1111", "****1111"),
    ("4̶1̶1̶1̶ 1111 1111 1111", "****1111"),
    ('<a data-card="4111 1111 1111 1111">x</a>', '<a data-card="****1111">x</a>'),
    ('<a data-card="4111&nbsp;1111&#8209;1111 11&#49;1">x</a>', '<a data-card="****1111">x</a>'),
    ("4<b>111</b> 1111 1111 1111", "****1111<b></b>"),
    ("<td>4111</td><td>1111</td><td>1111</td><td>1111</td>", "<td>****1111</td><td></td><td></td><td></td>"),
    ("/search?q=4111%201111%201111%201111&page=2", "/search?q=****1111&page=2"),
    ("/search?q=4111+1111+1111+1111", "/search?q=****1111"),
    ("4111=20\n1111 1111=\n 1111", "****1111"),
    (r'{"note": "4111\u00a01111\u00a01111\u00a01111\n"}', r'{"note": "****1111\n"}'),
    (r"line\n4111111111111111\n", r"line\n****1111\n"),
    ("card_4111111111111111_front.jpg", "card_****1111_front.jpg"),
    ("invoice-4111111111111111.pdf", "invoice-****1111.pdf"),
    ("Visa4111111111111111", "Visa****1111"),
    ("卡号4111111111111111是我的", "卡号****1111是我的"),
    ("3782 822463 10005", "****0005"),
    ("3056 930902 5904", "****5904"),
    ("5555-5555-5555-4444", "****4444"),
    ("2223 0031 2200 3222", "****3222"),
    ("6011111111111117", "****1117"),
    ("3530 1113 3330 0000", "****0000"),
    ("6205 5000 0000 0000 004", "****0004"),
    ("6759 6498 2643 8453", "****8453"),
    ("Order 8841, card 4111111111111111", "Order 8841, card ****1111"),
    ("my card order number is wrong, card 4111111111111111", "my card order number is wrong, card ****1111"),
    ("4111 1111 1111 1111 exp 12/26", "****1111 exp 12/26"),
    ("4111 1111 1111 1111 12/2026", "****1111 12/2026"),
    ("41111111111111111226", "****1111"),
    ("4111111111111111 paid 120 EUR", "****1111 paid 120 EUR"),
    ("4111 1111 1111 1111, 5555 5555 5555 4444", "****1111, ****4444"),
]
LEFT_ALONE = [
    "",
    "4111111111111112",
    "411111111111111",
    "1234 5678 9012 3456",
    "Order number 4539578763621486",
    "tracking no. 4539578763621486",
    "Bestellnummer: 4539578763621486",
    "ORD-4539578763621486",
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "ES91 2100 0418 4502 0005 1332",
    "+44 20 7946 0958, +44 20 7946 0959",
    "+4915112345678",
    "550e8400-e29b-41d4-a716-446655440000",
    "44444444-4444-4444-8444-444444444444",
    "9205 5901 6491 7312 0458 33",
    "paid 1,234.56 and 4,111.11 and 1,111.11",
    "2024-05-06 12:30:45 and 2024-05-07 12:30:45",
    "X9f4539578763621486ab",
    "between 2019 and 2020 and 2021 and 2022",
]


@pytest.mark.parametrize(("written", "expected"), REDACTED)
def test_card_numbers_become_their_last_four(written: str, expected: str) -> None:
    assert redact(written).text == expected
    assert contains_card(written) is True


@pytest.mark.parametrize("written", LEFT_ALONE)
def test_other_numbers_stay(written: str) -> None:
    assert redact(written).text == written
    assert redact(written).findings == ()
    assert contains_card(written) is False


def test_a_finding_says_where_and_what_and_no_more_than_four_digits() -> None:
    redacted = redact("pay with 4111 1111 1111 1111, CVV 123")

    assert redacted.findings == (
        Finding(Kind.CARD_NUMBER, 9, 28, "1111", "visa"),
        Finding(Kind.SECURITY_CODE, 34, 37),
    )


def test_a_number_begun_in_one_message_and_ended_in_the_next() -> None:
    pair = redact_joined("my card is 4111 1111", "1111 1111 thanks")

    assert (pair.previous.text, pair.text.text) == ("my card is ****1111", "****1111 thanks")
    assert pair.previous.findings == (Finding(Kind.CARD_NUMBER, 11, 20, "1111", "visa"),)
    assert pair.text.findings == (Finding(Kind.CARD_NUMBER, 0, 9, "1111", "visa"),)


@pytest.mark.parametrize(
    ("previous", "text", "expected"),
    [
        ("my cvv is", "123", ("my cvv is", "***")),
        ("****1111 12/26", "123", ("****1111 12/26", "***")),
        ("4111 1111 1111 1111", "737.", ("****1111", "***.")),
        ("4111 1111", "and the rest is 1111 1111", ("****1111", "and the rest is ****1111")),
        ("the order is 12", "123", ("the order is 12", "123")),
        ("****1111 was charged again, please look at the invoice of May", "123", None),
        ("hello", "4111111111111111", ("hello", "****1111")),
        ("4111111111111111", "hello", ("****1111", "hello")),
        ("", "", ("", "")),
    ],
)
def test_two_messages(previous: str, text: str, expected: tuple[str, str] | None) -> None:
    pair = redact_joined(previous, text)

    assert (pair.previous.text, pair.text.text) == (expected or (previous, text))


def test_raw_bytes_keep_what_is_no_text() -> None:
    raw = b"\xff\xfeSubject: 4111\xc2\xa01111=C2=A01111 1111\r\n\x80\x81"

    assert redact_bytes(raw) == b"\xff\xfeSubject: ****1111\r\n\x80\x81"
