"""Properties that hold for every text, also one made of halves of characters and broken markup."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing.redaction import contains_card, redact, redact_bytes, redact_joined

PIECES = st.sampled_from(
    [
        "4111",
        " 1111",
        "1111 1111 1111",
        "-",
        "\u200b",
        "<b>",
        "</b>",
        "&nbsp;",
        "&#52;",
        "%34",
        "=20",
        "=\n",
        "cvv ",
        "123",
        " then ",
        "card ",
        "12/26",
        "٤",
        "④",
        "\ud800",
        "\x00",
        "DE89 ",
        "+",
        "^",
        "****",
        "order ",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=5)), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("&#1114112;&#55296;&bogus;")
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    redacted = redact(text)

    places = [(finding.start, finding.end) for finding in redacted.findings]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    if not places:
        assert redacted.text == text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_holds_a_card_is_changed(text: str) -> None:
    if contains_card(text):
        assert redact(text).text != text


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_two_messages_find_at_least_what_each_alone_does(previous: str, text: str) -> None:
    pair = redact_joined(previous, text)

    assert len(pair.previous.text) <= len(previous) + 4 * len(pair.previous.findings)
    assert bool(redact(previous).findings) <= bool(pair.previous.findings)
    assert bool(redact(text).findings) <= bool(pair.text.findings)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_without_a_card_come_back_as_they_were(raw: bytes) -> None:
    if not redact(raw.decode("utf-8", "surrogateescape")).findings:
        assert redact_bytes(raw) == raw
