"""What is no statement: refused in one sentence, whatever the bytes, without being read to the end."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from billing.redaction import redact, vocabulary
from billing.statements.cleaning import LABEL_HINT, clean, may_hold_secret
from billing.statements.decoding import LONGEST_LINE
from billing.statements.read import format_of, guess_rules, read
from billing.statements.records import Fallback, StatementRefused
from tests.billing.statements.files import (
    BAI2,
    MT940,
    NACHA_BATCH,
    NACHA_DEBIT,
    NACHA_HEADER,
    OFX1,
    OFX2,
    camt,
    camt_details,
    camt_entry,
)
from tests.billing.statements.reading import reading_of

LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + place, b"&%c;" % (97 + place) * 10) for place in range(9))
    + b"]>\n"
    + camt(camt_entry(details=camt_details(text="&j;"))).split(b"\n", 1)[1]
)
SECRET = Path("/etc/hostname")
OUTSIDE = LAUGHS.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/hostname">').replace(b"&j;", b"&a;")
DOCTYPE = "The file declares a DOCTYPE, which no bank's statement does; it was not read."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t\n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"PK\x03\x04rest", "This is a ZIP archive or an Excel file; unpack it, or save the sheet as CSV."),
        (b"%PDF-1.7 ...", "This is a PDF; ask the bank for camt.053, MT940, OFX, BAI2 or CSV."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "This is not a text file: it holds binary data."),
        (b'{"amount": 1}', "This is JSON; ask the bank for camt.053, MT940, OFX, BAI2 or CSV."),
        (LAUGHS, DOCTYPE),
        (OUTSIDE, DOCTYPE),
        (LAUGHS.decode().encode("utf-16"), DOCTYPE),
        (OFX2.replace(b"<OFX>", b'<!DOCTYPE OFX [<!ENTITY a "b">]><OFX>'), DOCTYPE),
        (b"<html><body>Log in</body></html>", "The file is XML, but no account statement of ISO 20022"),
        (b"Dear customer,\nthank you.\n", "The file is no statement in a format we know, and no table with days"),
        (MT940.replace(b":25:37040044/0532013000\n", b""), "The file does not say which account it is about;"),
        (camt("").replace(b"UTF-8", b"UTF-99"), "The file is not well-formed XML at line 1: "),
        (MT940 + b"\x81\x8d", "The file is neither UTF-8, UTF-16 nor Windows-1252 text."),
        (MT940 + b"x" * (LONGEST_LINE + 1), "Line 11 is longer than 100,000 characters, as no statement's is."),
    ],
)  # fmt: skip
def test_refused_in_one_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        _read(content)
    assert str(refused.value).startswith(reason)
    assert str(refused.value).count(". ") == 0
    assert SECRET.read_text().strip() not in str(refused.value)


def test_a_doctype_behind_much_else_is_refused_too() -> None:
    late = b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 70_000 + b" -->" + LAUGHS.split(b"?>", 1)[1]
    with pytest.raises(StatementRefused):
        reading_of(late)


def test_latin_letters_in_a_file_that_says_utf8_are_refused() -> None:
    content = camt(camt_entry(details=camt_details(text="Muell"))).replace(b"Muell", "Müll".encode("latin-1"))
    with pytest.raises(StatementRefused, match="not well-formed XML at line 4"):
        reading_of(content)


@pytest.mark.parametrize("whole", [camt(camt_entry() * 3), MT940, OFX1, OFX2, BAI2])
def test_a_file_cut_anywhere_is_read_or_refused(whole: bytes) -> None:
    said = {_refusal_of(whole[:end]) for end in range(0, len(whole), 17)}

    assert len(said) > 1
    assert [words for words in said if not _for_a_person(words)] == []


def _read(content: bytes, fallback: Fallback = Fallback()) -> None:  # noqa: B008  # it never changes
    source = io.BytesIO(content)
    rules = guess_rules(source).rules if format_of(source) == "csv" else None
    if rules is None or not rules.problems():
        for _ in read(source, rules=rules, fallback=fallback):
            pass


def _refusal_of(content: bytes) -> str:
    """Empty where it is read. Nothing but a refusal may be raised."""
    try:
        _read(content, Fallback("A", "EUR"))
    except StatementRefused as refused:
        return str(refused)
    return ""


def _for_a_person(words: str) -> bool:
    """One line that ends as a sentence does; what is read says nothing."""
    return words == "" or (len(words.splitlines()) == 1 and words.endswith((".", ")")) and len(words) <= 300)


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NACHA = f"{NACHA_HEADER}\n{NACHA_BATCH}\n{NACHA_DEBIT}\n".encode()
WHOLE = [camt(camt_entry() + camt_entry("7")), MT940, OFX1, OFX2, BAI2, NACHA, b"Date;Amount\n20.11.2026;1,00\n"]


@pytest.mark.parametrize("damaged", [b"<:Stmt>", b"<Smtp>", b""], ids=["no name", "another name", "no element"])
def test_an_entry_outside_a_statement_is_refused(damaged: bytes) -> None:
    whole = camt(camt_entry())
    closing = damaged.replace(b"<", b"</")

    with pytest.raises(StatementRefused, match="damaged"):
        _read(whole.replace(b"<Stmt>", damaged).replace(b"</Stmt>", closing))


@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"01,a,b,123456,\n16,/")
@QUICK
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert _for_a_person(_refusal_of(content))


@given(st.sampled_from(WHOLE), st.data())
@QUICK
def test_any_damage_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(
        st.one_of(st.binary(max_size=12), st.sampled_from([b",", b"\n", b"<", b":61:", b"9" * 30, b"\x00"]))
    )
    assert _for_a_person(_refusal_of(whole[:place] + put + whole[place + length :]))


@given(st.text(alphabet="0123456789 -.abcvpin/&%=²٣", max_size=60))
@settings(max_examples=400, deadline=None)
@example("4111 1111 1111 1111")
@example("cvv 123")
@example("41111111111111111226")
def test_the_cheap_look_never_misses_what_redaction_would_take(text: str) -> None:
    if redact(text).text != text:
        assert may_hold_secret(text)


def test_texts_are_made_fit_to_be_kept() -> None:
    assert clean("  a\u202eb  c\x00 ", 50) == "a\\u202eb c"
    assert clean("x" * 60, 50) == "x" * 49 + "…"


def test_the_hint_is_a_part_of_every_label() -> None:
    assert vocabulary.PIN.pattern.startswith("pin")
    words = [word.replace(r"[\s\-_]?", " ") for word in vocabulary.SECURITY_CODE.pattern.split("|")]
    assert [word for word in words if word.isascii() and not LABEL_HINT.search(word.replace("\\.", ""))] == []
