"""The pages of finance: what they show, what they refuse, and that a list costs the same however long it is."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.access.scopes import seeing_as_system
from billing.models import BankAccount, CsvMapping, PaymentRead, StatementFile, StatementLine
from supportdesk.people import roles
from tests.billing.statements.answering import import_adding_accounts
from tests.billing.statements.files import camt, camt_balance, camt_details, camt_entry
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LIST = "/finance/statements/"
CSV = "Fecha;Concepto;Importe\n20/11/2026;Prima 4711;1.234,56\n21/11/2026;Alquiler;-900,00\n".encode("cp1252")


@pytest.fixture
def finance() -> Client:
    return sign_in(make_staff("fin@desk.example", roles.FINANCE))


def uploaded(client: Client, content: bytes, name: str = "november.xml") -> StatementFile:
    answer = client.post(f"{LIST}upload/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return StatementFile.objects.get(pk=int(answer["Location"].split("/")[-2]))


def imported(client: Client, content: bytes, name: str = "november.xml") -> StatementFile:
    file = uploaded(client, content, name)
    import_adding_accounts(file.pk, at=NOW)
    file.refresh_from_db()
    return file


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_upload_waits_on_its_page_until_it_is_read(finance: Client) -> None:
    file = uploaded(finance, camt(camt_entry()))
    waiting = page(finance, f"{LIST}{file.pk}/")
    polled = finance.get(f"{LIST}{file.pk}/progress/", headers={"HX-Request": "true"})
    assert f'hx-get="{LIST}{file.pk}/progress/" hx-trigger="every 1s"' in waiting
    assert ("every 1s" in polled.content.decode(), "HX-Refresh" in polled.headers) == (True, False)

    import_adding_accounts(file.pk, at=NOW)

    done = finance.get(f"{LIST}{file.pk}/progress/", headers={"HX-Request": "true"})
    assert ("every 1s" in done.content.decode(), done["HX-Refresh"]) == (False, "true")
    assert "every 1s" not in page(finance, f"{LIST}{file.pk}/")


def test_the_file_says_what_came_of_it(finance: Client) -> None:
    balances = camt_balance("OPBD", "10.00") + camt_balance("CLBD", "10.00")
    details = camt_details(text="Policy 4711")
    file = imported(finance, camt(camt_entry(details=details) + camt_entry("1.005"), balances=balances))

    shown = page(finance, f"{LIST}{file.pk}/")

    for words in (
        "“1.005” has more decimals than EUR has.",
        "line 5",
        "The opening balance and the lines do not make the closing balance.",
        "Redress Insurance",
        "€10.00",
        "€12.50",
        "Policy 4711",
    ):
        assert words in shown
    assert list(PaymentRead.objects.order_by("-id").values_list("outcome", "reading", "view")[:1]) == [
        ("seen", "record", "billing.views.statements.statement_file")
    ]


def test_a_second_upload_of_the_same_bytes_goes_to_the_first(finance: Client) -> None:
    first = imported(finance, camt(camt_entry()))
    assert uploaded(finance, camt(camt_entry()), "again.xml").pk == first.pk
    assert "Nothing is imported twice." in page(finance, f"{LIST}{first.pk}/")


def test_no_file_and_an_empty_one_are_said_beside_the_field(finance: Client) -> None:
    none = finance.post(f"{LIST}upload/", {})
    empty = finance.post(f"{LIST}upload/", {"file": SimpleUploadedFile("e.csv", b"")})
    assert (none.status_code, "Choose a file." in none.content.decode()) == (422, True)
    assert (empty.status_code, "The file is empty." in empty.content.decode()) == (422, True)
    assert StatementFile.objects.count() == 0


def test_what_is_too_large_is_refused_with_one_sentence(
    finance: Client, monkeypatch: pytest.MonkeyPatch, kept_bytes: Path
) -> None:
    monkeypatch.setattr("billing.actions.statement_bytes.LARGEST", 1000)
    answer = finance.post(f"{LIST}upload/", {"file": SimpleUploadedFile("big.csv", b"x" * 1001)})
    assert answer.status_code == 413
    assert "The file is larger than 200 MB; ask the bank for shorter periods." in answer.content.decode()
    assert (StatementFile.objects.count(), list(kept_bytes.iterdir())) == (0, [])


def columns(**changed: str) -> dict[str, str]:
    return {
        "delimiter": ";",
        "decimal": ",",
        "date_order": "dmy",
        "header_row": "1",
        "encoding": "utf-8",
        "currency": "EUR",
        "name": "Banco",
        "new_account": "ES9121000418450200051332",
        "column_0": "booked_on",
        "column_1": "remittance",
        "column_2": "amount",
        **changed,
    }


def test_columns_are_guessed_shown_and_kept_for_the_next_file(finance: Client) -> None:
    file = imported(finance, CSV, "movimientos.csv")
    address = f"{LIST}{file.pk}/columns/"

    guessed = page(finance, address)
    assert '<option value="," selected>' in guessed
    assert '<option value="booked_on" selected>Booking date</option>' in guessed
    preview = finance.post(address, columns(decimal=".")).content.decode()
    assert "“1.234,56” is not an amount." in preview
    assert "€1,234.56" in finance.post(address, columns()).content.decode()
    assert CsvMapping.objects.count() == 0

    saved = finance.post(address, columns(save="1"))
    import_adding_accounts(file.pk, at=NOW)
    second = imported(finance, CSV.replace(b"20/11", b"19/11"), "otros.csv")

    assert (saved.status_code, saved["Location"]) == (302, f"{LIST}{file.pk}/")
    assert (second.status, second.lines_imported, second.lines_known) == ("imported", 1, 1)
    with seeing_as_system():
        amounts = sorted(StatementLine.objects.values_list("amount_minor", flat=True))
    assert amounts == [-90000, 123456, 123456]
    assert page(finance, address, 404)


def test_a_new_account_is_kept_in_the_currency_that_the_column_names(finance: Client) -> None:
    rows = "Fecha;Concepto;Importe;Divisa\n20/11/2026;Prima;12,50;USD\n21/11/2026;Prima;13,50;{}\n"
    mixed, one = (imported(finance, rows.format(name).encode(), f"{name}.csv") for name in ("GBP", "USD"))
    sent = columns(save="1", currency="", column_3="currency")

    refused = finance.post(f"{LIST}{mixed.pk}/columns/", sent)
    taken = finance.post(f"{LIST}{one.pk}/columns/", sent)

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "Say which currency the account is kept in." in refused.content.decode()
    assert BankAccount.objects.values_list("number", "currency").get() == ("ES9121000418450200051332", "USD")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"new_account": ""}, "Choose the account, or write the number of a new one."),
        ({"currency": ""}, "Say which column holds the currency, or which currency the file is in."),
        ({"column_0": ""}, "Say which column holds the booking date."),
        ({"name": ""}, "Give this mapping a name"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(finance: Client, changed: dict[str, str], words: str) -> None:
    file = imported(finance, CSV, "movimientos.csv")
    answer = finance.post(f"{LIST}{file.pk}/columns/", columns(save="1", **changed))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert (CsvMapping.objects.count(), BankAccount.objects.count()) == (0, 0)


def test_an_account_gets_a_name(finance: Client) -> None:
    imported(finance, camt(camt_entry()))
    account = BankAccount.objects.get()
    answer = finance.post(f"{LIST}accounts/{account.pk}/", {"name": "House bank", "kind": "bank", "bank": "Commerz"})
    assert answer.status_code == 302
    shown = page(finance, f"{LIST}accounts/")
    assert ("House bank" in shown, "Redress Insurance" in shown, account.number in shown) == (True, False, True)


@pytest.mark.parametrize("address", [LIST, f"{LIST}accounts/"])
def test_a_list_costs_the_same_with_one_row_and_with_four(finance: Client, address: str) -> None:
    counted = []
    for number in range(4):
        account = f"<IBAN>DE0{number}</IBAN>"
        imported(finance, camt(camt_entry(reference=str(number)), account=account), f"{number}.xml")
        if number in {0, 3}:
            page(finance, address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page(finance, address)
            counted.append(len(asked))
    assert counted[0] == counted[1] <= 12, asked.captured_queries


def test_a_file_page_costs_the_same_with_one_line_and_with_four(finance: Client) -> None:
    counted = []
    for lines in (1, 4):
        entries = "".join(camt_entry(f"{lines}.0{number}") + camt_entry("1.005") for number in range(lines))
        file = imported(finance, camt(entries), f"{lines}.xml")
        page(finance, f"{LIST}{file.pk}/")
        with CaptureQueriesContext(connection) as asked:
            page(finance, f"{LIST}{file.pk}/")
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 14, asked.captured_queries


@pytest.mark.parametrize("before", ["2026-99-99T00:00", "x", "2026-11-22T09:00:00", "0001-01-01T00:00:00%2B14:00"])
def test_a_changed_address_is_the_first_page(finance: Client, before: str) -> None:
    imported(finance, camt(camt_entry()))
    assert "november.xml" in page(finance, f"{LIST}?before={before}")


def test_older_files_are_a_page_away(finance: Client) -> None:
    for number in range(26):
        StatementFile.objects.create(
            filename=f"file-{number}", sha256=f"{number:064}", size_bytes=1, uploaded_at=NOW - timedelta(days=number)
        )
    first = page(finance, LIST)
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(finance, LIST + html.unescape(older))
    assert [("file-24<" in shown, "file-25<" in shown) for shown in (first, second)] == [(True, False), (False, True)]


def test_finance_finds_the_way_and_agents_have_none(finance: Client) -> None:
    agent = sign_in(make_staff("ana@desk.example", roles.AGENT))
    assert f'<a href="{LIST}">Bank statements</a>' in page(finance, LIST)
    assert LIST not in page(agent, "/desk/")
