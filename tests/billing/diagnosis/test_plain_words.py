"""Customers read these: short sentences, plain words, a reading age of 12 at most (Flesch-Kincaid grade 6)."""

import re
from collections.abc import Iterator

import pytest

from billing.diagnosis import Finding, diagnose
from billing.diagnosis.codes import ACH_CHANGES, ACH_RETURNS, ADVICE, ISO8583, REFUND_FAILURES, STRIPE
from tests.billing.diagnosis import money_faults, refund_faults, standing_faults  # noqa: F401 - they fill the list
from tests.billing.diagnosis.faults import FAULTS
from tests.billing.diagnosis.histories import clean_history

HARDEST_TEXT = 6.0
ALL_TOGETHER = 3.0
LONGEST_SENTENCE = 26
JARGON = re.compile(
    r"\b(capture[sd]?|authoris\w+|decline[sd]?|remit\w*|pursuant|issuer|acquirer|mandate|settle\w*|merchant|invoice"
    r"|reversal|ledger|descriptor|reinstat\w+|remediat\w+|transaction|autopay|grace)\b",
    re.IGNORECASE,
)
TABLES = (STRIPE, ISO8583, ACH_RETURNS, ACH_CHANGES, ADVICE, REFUND_FAILURES)


def _findings() -> Iterator[Finding]:
    for label, inject in FAULTS.items():
        history = clean_history(sum(map(ord, label)))
        inject(history)
        yield from diagnose(history.facts(), at=history.at).findings


def _texts() -> dict[str, str]:
    texts = {f"finding {each.code}": each.answer for each in _findings()}
    texts |= {f"page {each.code}": f"{each.customer_headline}. {each.for_customer().next_step}" for each in _findings()}
    for table in TABLES:
        texts |= {f"{each.source} {each.code}": f"{each.customer} {each.customer_step}" for each in table.values()}
    return texts


def _plain(text: str) -> str:
    """Amounts, dates, references and quoted line names are read at a glance: each counts as one short word."""
    text = text.replace("\u00a0", " ")
    text = re.sub(r"“[^”]*”", "it", text)
    text = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]+( \d{4})?", "day", text)
    text = re.sub(r"[−+]?([$€£¥]|[A-Z]{3} )[\d,.]*\d", "sum", text)
    return re.sub(r"\b[A-Z]+-[\w-]+|\b\d[\d:.,-]*\b", "one", text)


def _sentences(text: str) -> list[list[str]]:
    found = (re.findall(r"[A-Za-z’']+", part) for part in re.split(r"[.?!:;]+", _plain(text)))
    return [words for words in found if words]


def _syllables(word: str) -> int:
    word = word.lower().strip("’'")
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    silent_ed = word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1
    return max(groups - silent - silent_ed, 1)


def _grade(sentences: list[list[str]]) -> float:
    words = [word for sentence in sentences for word in sentence]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def test_each_text_can_be_read_at_twelve(capsys: pytest.CaptureFixture[str]) -> None:
    grades = {name: round(_grade(_sentences(text)), 1) for name, text in _texts().items()}
    whole = _grade([words for text in _texts().values() for words in _sentences(text)])
    with capsys.disabled():
        print(f"\nreading grade over {len(grades)} customer texts: {whole:.1f}, hardest {max(grades.values())}")

    assert {name: grade for name, grade in grades.items() if grade > HARDEST_TEXT} == {}
    assert whole <= ALL_TOGETHER


def test_no_sentence_is_too_long() -> None:
    longest = {name: max(map(len, _sentences(text))) for name, text in _texts().items()}
    assert {name: words for name, words in longest.items() if words > LONGEST_SENTENCE} == {}


def test_no_jargon_reaches_a_customer() -> None:
    found = {name: JARGON.findall(_plain(text)) for name, text in _texts().items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_prices_and_dates_never_wrap() -> None:
    for name, text in _texts().items():
        assert re.findall(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d", text) == [], name
        assert re.findall(r"[A-Z]{3} \d", text) == [], name


def test_the_grade_tells_hard_from_easy() -> None:
    hard = (
        "Notwithstanding the aforementioned authorisation, subsequent remittances necessitate additional verification."
    )
    assert _grade(_sentences(hard)) > 20 > 3 > _grade(_sentences("We took your money two times. We are sorry."))
