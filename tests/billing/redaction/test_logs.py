import io
import logging

import pytest

from billing.models import OutboxMessage
from billing.outbox import enqueue
from billing.redaction.logs import RedactingFilter
from billing.redaction.payloads import CardNumberInTask, redact_payload, refuse_cards_in

PAN = "4111 1111 1111 1111"


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(message)s %(body)s", defaults={"body": "-"}))
    logger = logging.Logger("redress.test")
    logger.addHandler(handler)
    return logger


def test_message_arguments_and_extra_fields(log: logging.Logger, written: io.StringIO) -> None:
    log.info("from %s: %s", 7, PAN, extra={"body": {"text": [PAN], "count": 3}})

    assert written.getvalue() == "from 7: ****1111 {'text': ['****1111'], 'count': 3}\n"


def test_a_number_split_between_format_and_arguments(log: logging.Logger, written: io.StringIO) -> None:
    log.info("card 4111 1111 %s at 100%% of %s", "1111 1111", "limit")

    assert written.getvalue() == "card ****1111 at 100% of limit -\n"


def test_tracebacks(log: logging.Logger, written: io.StringIO) -> None:
    try:
        raise ValueError(PAN)
    except ValueError:
        log.exception("refused", stack_info=True)

    lines = written.getvalue().splitlines()
    assert lines[0] == "refused -"
    assert "ValueError: ****1111" in lines
    assert "4111 1111" not in written.getvalue()


def test_a_format_that_does_not_fit_leaks_nothing(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log.info("%d cards", PAN)

    complaint = capsys.readouterr().err
    assert "Logging error" in complaint
    assert "'****1111'" in complaint
    assert "4111 1111" not in complaint.split("Message:")[1]


@pytest.mark.parametrize(
    ("value", "redacted"),
    [
        (PAN, "****1111"),
        (4111111111111111, "****1111"),
        ({"a": [PAN, (PAN, 1)], PAN: None}, {"a": ["****1111", ("****1111", 1)], "****1111": None}),
        ({PAN}, {"****1111"}),
        (frozenset({1}), frozenset({1})),
        (b"4111111111111111", b"****1111"),
        (True, True),
        (1.5, 1.5),
    ],
)
def test_values(value: object, redacted: object) -> None:
    assert redact_payload(value) == redacted


def test_values_nested_without_end() -> None:
    endless: list[object] = []
    endless.append(endless)

    assert "***" in str(redact_payload(endless))


def test_a_task_with_a_card_number_is_not_published() -> None:
    with pytest.raises(CardNumberInTask, match=r"The arguments of tickets\.reply hold a card number"):
        refuse_cards_in({"ticket": 42, "text": ["4111", {"inner": PAN}]}, task="tickets.reply")

    refuse_cards_in({"ticket": 42, "key": "reply:42"}, task="tickets.reply")


@pytest.mark.django_db
def test_the_outbox_refuses_a_card_number() -> None:
    with pytest.raises(CardNumberInTask):
        enqueue("tickets.reply", key="reply:42", payload={"text": PAN})

    assert not OutboxMessage.objects.exists()
