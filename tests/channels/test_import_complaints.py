from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from supportdesk.channels.actions.complaints import import_complaints, sort_complaint
from supportdesk.channels.gateways.cfpb import Complaint, RowRejected
from supportdesk.channels.gateways.cfpb_labels import category_of_labels
from supportdesk.people.models import Team
from supportdesk.tickets.models import Message, Queue, Ticket
from supportdesk.tickets.states import Category, Channel, Priority
from tests.tickets.factories import make_queue

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEADING = (
    "Date received,Product,Issue,Sub-issue,Consumer complaint narrative,Company,State,ZIP code,Tags,Complaint ID\n"
)
ROWS = (
    "2026-03-07,Payday loan,Fees or interest,,They took 41.50 from card 4111 1111 1111 1111,ACME,FL,335XX,,101\n"
    "2026-03-08,Payday loan,Managing an account,,,ACME,,,,102\n"
    "2026-03-08,Payday loan,Managing an account,,x,ACME,,,,one\n"
)


@pytest.fixture
def queue(team: Team) -> Queue:
    return make_queue(team)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "complaints.csv"
    path.write_text(HEADING + ROWS)
    return path


def complaint(**facts: object) -> Complaint:
    usual: dict[str, object] = {
        "line": 2, "number": "101", "received_on": date(2026, 3, 7), "product": "Loan", "sub_product": "",
        "issue": "Other", "sub_issue": "", "narrative": "", "company": "ACME", "state": "FL", "zip_code": "335XX",
        "tags": "",
    }  # fmt: skip
    return Complaint(**{**usual, **facts})  # type: ignore[arg-type]  # each test gives the facts it is about


@pytest.mark.django_db
def test_a_file_becomes_tickets_once(queue: Queue, file: Path) -> None:
    said, complained = StringIO(), StringIO()

    call_command("import_complaints", str(file), stdout=said, stderr=complained)
    call_command("import_complaints", str(file), stdout=said, stderr=StringIO())

    assert said.getvalue().splitlines() == [
        "3 rows read, 2 tickets opened …",
        "2 tickets opened, 0 were here already, 1 rows refused.",
        "3 rows read, 0 tickets opened …",
        "0 tickets opened, 2 were here already, 1 rows refused.",
    ]
    assert complained.getvalue() == "line 4: “one” is no complaint number\n"
    first, second = Ticket.objects.order_by("source_id")
    assert (first.source, first.source_id, first.channel) == ("cfpb", "101", Channel.IMPORT)
    assert (first.category, first.triage_reasons) == (Category.WRONG_AMOUNT, ["its label is “Fees or interest”"])
    assert (first.subject, first.requester_name) == ("Fees or interest", "Consumer in FL 335XX")
    assert (second.category, second.requester_name) == (Category.OTHER, "Consumer")
    assert Message.objects.get(ticket=first).body == (
        "They took 41.50 from card ****1111\n\nComplaint 101 about ACME: Payday loan.\n\nReceived on 7 March 2026."
    )
    assert first.created_at == Message.objects.get(ticket=first).created_at == datetime(2026, 3, 7, tzinfo=UTC)
    assert first.waiting_since is not None
    assert first.waiting_since > datetime.now(UTC) - timedelta(minutes=5)
    assert Message.objects.get(ticket=second).body.startswith("The consumer did not agree to publish what they wrote.")


@pytest.mark.django_db
def test_another_file_is_refused_and_nothing_imported(queue: Queue, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(CommandError, match=r"other\.csv: This is no complaints file.*Nothing was imported\.$"):
        call_command("import_complaints", str(path))
    with pytest.raises(CommandError, match=r"missing\.csv cannot be read: No such file or directory\.$"):
        call_command("import_complaints", str(tmp_path / "missing.csv"))

    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_without_a_queue_the_answer_is_a_sentence(file: Path) -> None:
    with pytest.raises(
        CommandError, match=r"^There is no queue that could take tickets\. Make one in the admin first\.$"
    ):
        call_command("import_complaints", str(file))


@pytest.mark.django_db
def test_progress_is_told_after_each_batch(queue: Queue) -> None:
    rows: list[Complaint | RowRejected] = [complaint(number=str(number)) for number in range(201)]
    told: list[tuple[int, int]] = []

    done = import_complaints(rows, at=NOW, progress=lambda so_far: told.append((so_far.read, so_far.opened)))

    assert told == [(200, 200), (201, 201)]
    assert (done.opened, done.known, done.rejected) == (201, 0, [])


@pytest.mark.parametrize(
    ("issue", "sub_issue", "expected"),
    [
        ("Fees or interest", "", (Category.WRONG_AMOUNT, "Fees or interest")),
        ("Attempts to collect debt not owed", "Debt was paid", (Category.MISSING_OR_DUPLICATE, "Debt was paid")),
        ("OTHER FEE", "", (Category.WRONG_AMOUNT, "OTHER FEE")),
        ("Incorrect information on your report", "Account status incorrect", None),
    ],
)  # fmt: skip
def test_labels(issue: str, sub_issue: str, expected: tuple[Category, str] | None) -> None:
    assert category_of_labels(issue=issue, sub_issue=sub_issue) == expected


@pytest.mark.django_db
def test_the_text_decides_where_the_labels_do_not(queue: Queue) -> None:
    queues = dict.fromkeys(Category, queue)

    sorting = sort_complaint(
        complaint(issue="Managing an account", narrative="I was charged twice. I will sue."), queues
    )

    assert (sorting.category, sorting.priority) == (Category.MISSING_OR_DUPLICATE, Priority.HIGH)
    assert sorting.reasons == ("it says “charged twice”", "legal steps or a regulator are named (“sue”)")


@pytest.mark.django_db
def test_tags_of_vulnerable_people_raise_the_priority(queue: Queue) -> None:
    sorting = sort_complaint(complaint(tags="Older American, Servicemember"), dict.fromkeys(Category, queue))

    assert sorting.priority == Priority.HIGH
    assert sorting.reasons[1] == "the writer may be vulnerable (“older american”)"
