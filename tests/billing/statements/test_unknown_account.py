"""A file of an account that is not among ours waits for a person's word, and adds nothing before."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.actions import statement_bytes
from billing.actions import statements as deeds
from billing.actions.statement_accounts import MOST_ASKED
from billing.actions.statement_answers import add_accounts_of, refuse_file
from billing.errors import StepNotAllowed
from billing.fieldcrypt import CannotOpen
from billing.filecrypt import open_file, seal_file
from billing.models import BankAccount, OutboxMessage, Statement, StatementFile
from billing.statements.mapping import CsvRules
from billing.statements.records import StatementRefused
from billing.states import StatementFileStatus
from supportdesk.people import roles
from tests.billing.statements.answering import our_account
from tests.billing.statements.files import BAI2, IBAN, camt, camt_details, camt_entry
from tests.billing.statements.test_importing import COFFEE, NOW, RENT, counts, lines, received
from tests.personas import make_staff, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.production]
LIST = "/finance/statements/"
OTHER = "DE02120300000000202051"
PAN = "4111 1111 1111 1111"


def read(content: bytes, filename: str = "statement.xml") -> StatementFile:
    return read_again(received(content, filename))


def read_again(file: StatementFile) -> StatementFile:
    deeds.import_statement_file(file.pk, at=NOW)
    file.refresh_from_db()
    return file


def ours() -> list[tuple[str, str, str]]:
    with seeing_as_system():
        return list(BankAccount.objects.order_by("id").values_list("number", "currency", "name"))


def test_it_asks_and_nothing_is_added_before_the_answer() -> None:
    file = read(camt(RENT + COFFEE))

    assert (file.status, file.status_reason) == ("needs_account", f"{IBAN} in EUR: not among our accounts.")
    assert file.unknown_accounts == [
        {"number": IBAN, "currency": "EUR", "name": "Redress Insurance", "bank": "", "kind": "bank"}
    ]
    assert (lines(), ours(), Statement.objects.count()) == ([], [], 0)
    assert read_again(file).status == "needs_account"


def test_added_the_file_is_read_and_the_next_one_asks_no_more() -> None:
    file = read(camt(RENT + COFFEE))

    add_accounts_of(file.pk)

    assert ours() == [(IBAN, "EUR", "Redress Insurance")]
    assert OutboxMessage.objects.filter(task=deeds.READ_TASK).count() == 2
    assert counts(read_again(file)) == ("imported", 2, 2, 0, 0)
    assert file.unknown_accounts is None
    assert counts(read(camt(camt_entry("3.00")))) == ("imported", 1, 1, 0, 0)


def test_sent_again_with_its_account_chosen_it_is_read_for_that_one() -> None:
    file = read(camt(COFFEE))
    deeds.receive_statement_file([camt(COFFEE)], filename="again.xml", account=our_account(), by=None)
    assert counts(read_again(file)) == ("imported", 1, 1, 0, 0)


def test_the_same_number_in_another_currency_is_another_account() -> None:
    our_account(IBAN, "USD")
    assert read(camt(COFFEE)).status == "needs_account"
    assert ours() == [(IBAN, "USD", "House bank")]


def test_refused_it_says_by_whom_and_may_be_uploaded_again() -> None:
    file = read(camt(RENT))

    refuse_file(file.pk, by=make_user("fin@desk.example", name="Fin Ance"), at=NOW)

    file.refresh_from_db()
    assert (file.status, lines(), ours()) == ("refused", [], [])
    assert file.status_reason == f"Fin Ance refused the file. It is of {IBAN} in EUR: not among our accounts."
    assert read(camt(RENT)).status == "needs_account"


def test_one_answer_is_for_all_files_that_asked_the_same() -> None:
    first, second = read(camt(RENT)), read(camt(COFFEE))
    other = read(camt(COFFEE, account=f"<IBAN>{OTHER}</IBAN>"))

    add_accounts_of(first.pk)

    statuses = dict(StatementFile.objects.values_list("pk", "status"))
    assert statuses == {first.pk: "waits", second.pk: "waits", other.pk: "needs_account"}


@pytest.mark.parametrize("status", sorted(set(StatementFileStatus.values) - {"needs_account"}))
def test_only_a_question_is_answered(status: StatementFileStatus) -> None:
    file = StatementFile.objects.create(
        filename="f", sha256="0" * 64, size_bytes=1, status=status, unknown_accounts=[{"number": IBAN}]
    )
    with pytest.raises(StepNotAllowed):
        add_accounts_of(file.pk)
    with pytest.raises(StepNotAllowed):
        refuse_file(file.pk, by=make_user("fin@desk.example"), at=NOW)
    file.refresh_from_db()
    assert (file.status, ours()) == (status, [])


def test_a_file_of_very_many_accounts_asks_about_some_at_a_time() -> None:
    group = "".join(
        f"03,{number:010},USD,015,0,,/\n16,142,{number + 1},Z,B{number},,PREMIUM/\n49,{number + 1},3/\n"
        for number in range(MOST_ASKED + 1)
    )
    head, foot = (
        "01,122099999,123456789,261121,0200,1,80,1,2/\n02,123456789,122099999,1,261120,2359,USD,2/\n",
        "99,0,1,1/\n",
    )
    file = read((head + group + "98,0,1,1/\n" + foot).encode())
    assert (len(file.unknown_accounts or ()), file.status_reason) == (
        MOST_ASKED,
        f"0000000000 in USD and {MOST_ASKED} more: not among our accounts.",
    )

    add_accounts_of(file.pk)

    assert [each["number"] for each in read_again(file).unknown_accounts or ()] == [f"{MOST_ASKED:010}"]
    add_accounts_of(file.pk)
    assert (read_again(file).status, len(ours())) == ("imported", MOST_ASKED + 1)


def test_while_it_waits_its_bytes_are_sealed(kept_bytes: Path) -> None:
    content = camt(camt_entry("5.00", details=camt_details(text=f"card {PAN}")))
    file = read(content)
    again = deeds.receive_statement_file([content], filename="again.xml", account=None, by=None)
    assert (again.file.pk, again.is_new) == (file.pk, True)
    assert read_again(file).status == "needs_account"

    (path,) = kept_bytes.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"4111" not in path.read_bytes()
    with statement_bytes.open_kept(file.sha256) as source:
        assert source.read() == content


@pytest.mark.parametrize("spoilt", ["cut", "changed", "unknown key", "of another file"])
def test_sealed_bytes_that_do_not_open_are_not_read(kept_bytes: Path, spoilt: str) -> None:
    file = read(camt(RENT))
    (path,) = kept_bytes.iterdir()
    head, _, pieces = path.read_bytes().partition(b"\n")
    if spoilt == "of another file":
        sealed = io.BytesIO()
        seal_file(io.BytesIO(camt(RENT)), sealed, bound_to="statement:another")
        path.write_bytes(sealed.getvalue())
    else:
        cut, changed, unknown = head + b"\n", path.read_bytes()[:-1] + b"x", b"v1|none\n" + pieces
        path.write_bytes({"cut": cut, "changed": changed, "unknown key": unknown}[spoilt])
    add_accounts_of(file.pk)

    assert read_again(file).status == "refused"
    assert (file.status_reason, lines()) == ("The uploaded file is no longer here; upload it again.", [])


def test_a_long_file_is_sealed_by_pieces_in_their_order() -> None:
    plain = bytes(range(256)) * 9000  # more than two pieces
    sealed, opened = io.BytesIO(), io.BytesIO()
    seal_file(io.BytesIO(plain), sealed, bound_to="this")
    open_file(io.BytesIO(sealed.getvalue()), opened, bound_to="this")
    assert opened.getvalue() == plain

    head, _, pieces = sealed.getvalue().partition(b"\n")
    size = 12 + (1 << 20) + 16
    turned = pieces[size : 2 * size] + pieces[:size] + pieces[2 * size :]
    for spoilt in (turned, pieces[: 2 * size], pieces[:size], b"", pieces + pieces[2 * size :]):
        with pytest.raises(CannotOpen):
            open_file(io.BytesIO(head + b"\n" + spoilt), io.BytesIO(), bound_to="this")


def test_a_csv_whose_cards_were_struck_out_is_read_after_both_questions(finance: Client) -> None:
    """Struck out it is not what was uploaded any more, and goes on being named by that."""
    rows = f"Date;Amount;Text;Account\n20.11.2026;1,00;card {PAN};{IBAN}\n"
    file = read(rows.encode())
    assert file.status == "needs_mapping"
    places = {"booked_on": (0,), "amount": (1,), "remittance": (2,), "account": (3,)}
    rules = CsvRules(delimiter=";", decimal=",", date_order="dmy", columns=places, currency="EUR")
    deeds.set_mapping(file.pk, rules=rules, name="Bank", account=None, by=make_user("f@desk.example"))
    assert read_again(file).status == "needs_account"

    add_accounts_of(file.pk)

    assert counts(read_again(file)) == ("imported", 1, 1, 0, 0)


@pytest.fixture
def finance() -> Client:
    return sign_in(make_staff("fin@desk.example", roles.FINANCE))


def test_the_pages_ask_and_take_the_answer(finance: Client) -> None:
    file = read(BAI2, "bank.bai")
    page = finance.get(f"{LIST}{file.pk}/").content.decode()
    for words in ("Is this account yours?", "0123456789", "USD", "Add this account", "Refuse the file"):
        assert words in page
    assert "0123456789 in USD: not among our accounts." in finance.get(LIST).content.decode()

    answer = finance.post(f"{LIST}{file.pk}/add/")
    again = finance.post(f"{LIST}{file.pk}/refuse/", follow=True)

    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{file.pk}/")
    assert "Somebody has answered already" in again.content.decode()
    assert read_again(file).status == "imported"


def test_refused_on_its_page(finance: Client) -> None:
    file = read(camt(RENT))
    page = finance.post(f"{LIST}{file.pk}/refuse/", follow=True).content.decode()
    assert "Nothing of this file was imported" in page
    assert (StatementFile.objects.get().status, ours()) == ("refused", [])
    assert "Somebody has answered already" in finance.post(f"{LIST}{file.pk}/add/", follow=True).content.decode()


def test_the_command_leaves_it_waiting_or_adds_and_says_so(tmp_path: Path) -> None:
    path, said = tmp_path / "november.xml", io.StringIO()
    path.write_bytes(camt(RENT))

    with pytest.raises(CommandError, match=r"1 of 1 not imported: november\.xml"):
        call_command("import_statement", path, stdout=said)
    assert (f"{IBAN} in EUR: not among our accounts." in said.getvalue(), ours()) == (True, [])

    call_command("import_statement", "--add-accounts", path, stdout=said)

    assert f"november.xml: adds the account {IBAN} in EUR.\nnovember.xml: Imported. 1 new" in said.getvalue()
    assert ours() == [(IBAN, "EUR", "Redress Insurance")]


def test_bytes_that_nobody_answered_about_are_forgotten(kept_bytes: Path) -> None:
    file = read(camt(RENT))
    statement_bytes.drop(file.sha256)
    with pytest.raises(StatementRefused, match="no longer here"):
        statement_bytes.open_kept(file.sha256)
