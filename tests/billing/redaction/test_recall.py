"""The two figures that matter, over generated text; ``-s`` prints them."""

from collections import Counter

from billing.redaction import Kind, redact
from tests.billing.redaction.generated import other_numbers, written_cards

COUNT = 10_000


def test_cards_are_found_however_they_are_written() -> None:
    missed = []

    for written in written_cards(COUNT):
        found = [finding.last_four for finding in redact(written.text).findings if finding.kind is Kind.CARD_NUMBER]
        if found != [written.digits[-4:]]:
            missed.append(written)

    recall = 1 - len(missed) / COUNT
    print(f"\nrecall on {COUNT:,} generated cards: {recall:.2%}; missed: {missed[:5]}")
    assert recall >= 0.995


def test_other_numbers_are_left_alone() -> None:
    hit: Counter[str] = Counter()

    for kind, text in other_numbers(COUNT):
        if redact(text).text != text:
            hit[kind] += 1

    rate = hit.total() / COUNT
    print(f"\nfalse positives on {COUNT:,} other numbers: {rate:.2%} {dict(hit)}")
    assert rate <= 0.005


def test_nothing_of_a_card_but_its_last_four_is_left() -> None:
    for written in written_cards(2_000, seed=22):
        redacted = redact(written.text)

        if redacted.findings:
            assert written.digits[:-4] not in "".join(filter(str.isdigit, redacted.text))
            assert all(len(finding.last_four) <= 4 for finding in redacted.findings)


def test_redacting_again_changes_nothing() -> None:
    for written in written_cards(2_000, seed=23):
        once = redact(written.text).text

        assert redact(once).text == once
