"""Each format read exactly: every value of a line, the balances, and what is left out and why."""

from datetime import date

import pytest

from billing.statements.records import ParsedLine
from tests.billing.statements.files import (
    BAI2,
    IBAN,
    MT940,
    NACHA_BATCH,
    NACHA_DEBIT,
    NACHA_HEADER,
    NACHA_NOTICE,
    NACHA_NOTICED,
    NACHA_RETURN,
    NACHA_RETURNED,
    OFX1,
    OFX2,
    camt,
    camt_balance,
    camt_details,
    camt_entry,
    nacha,
    nacha_control,
)
from tests.billing.statements.reading import reading_of

DAY = date(2026, 11, 20)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 8, 10, 13])
def test_camt_of_every_version(version: int) -> None:
    status = "<Sts>BOOK</Sts>" if version < 8 else "<Sts><Cd>BOOK</Cd></Sts>"
    details = camt_details(end_to_end="E2E-77", text="Policy 4711")
    read = reading_of(camt(camt_entry(reference="B-1", status=status, details=details), version=version))
    assert read.lines == [
        ParsedLine(
            0,
            IBAN,
            4,
            DAY,
            1250,
            "EUR",
            value_on=DAY,
            bank_reference="B-1",
            end_to_end_id="E2E-77",
            remittance="Policy 4711",
            counterparty="Lena Vogel",
            counterparty_last4="2051",
            entry_number=1,
            entry_reference="B-1",
        )
    ]
    assert read.remarks == []


def test_camt_balances_and_their_sides() -> None:
    balances = camt_balance("OPBD", "5.00", "DBIT") + camt_balance("CLBD", "7.50") + camt_balance("CLAV", "99.00")
    read = reading_of(camt(camt_entry(), balances=balances))
    assert [(each.opening_minor, each.closing_minor) for each in read.statements] == [(-500, 750)]
    assert read.remarks == []


def test_a_batch_becomes_a_line_for_each_of_its_transactions() -> None:
    parts = [camt_details(end_to_end=f"E-{cents}", more=f'<Amt Ccy="EUR">0.{cents}</Amt>') for cents in (10, 20)]
    read = reading_of(camt(camt_entry("0.30", details="".join(parts), reference="BATCH")))
    assert [(line.amount_minor, line.end_to_end_id, line.bank_reference) for line in read.lines] == [
        (10, "E-10", "BATCH"),
        (20, "E-20", "BATCH"),
    ]


@pytest.mark.parametrize("amounts", [('<Amt Ccy="EUR">0.10</Amt>',) * 2, ('<Amt Ccy="CHF">0.15</Amt>',) * 2, ("", "")])
def test_a_batch_whose_amounts_do_not_make_the_entry_stays_one_line(amounts: tuple[str, str]) -> None:
    parts = [camt_details(text=f"part {place}", more=more) for place, more in enumerate(amounts)]
    read = reading_of(camt(camt_entry("0.30", details="".join(parts))))
    assert [(line.amount_minor, line.remittance) for line in read.lines] == [(30, "part 0 part 1")]


def test_a_returned_debit_says_why_and_what_it_sends_back() -> None:
    more = (
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
        "<AmtDtls><InstdAmt><Amt Ccy='EUR'>9.50</Amt></InstdAmt></AmtDtls>"
        "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>3.00</TtlChrgsAndTaxAmt></Chrgs>"
    )
    details = camt_details(end_to_end="POLICY-1", more=more)
    (line,) = reading_of(camt(camt_entry("12.50", direction="DBIT", details=details))).lines
    assert (line.kind, line.amount_minor, line.return_code, line.returned_reference) == (
        "return",
        -1250,
        "AC04",
        "POLICY-1",
    )
    assert (line.original_minor, line.original_currency, line.fee_minor, line.counterparty) == (
        -950,
        "EUR",
        300,
        "Lena Vogel",
    )


def test_creditor_reference_and_currencies_without_and_with_three_decimals() -> None:
    strd = "<RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    yen = camt_entry("1250", currency="JPY", details=f"<TxDtls>{strd}</TxDtls>")
    dinar = camt_entry("1.250", currency="KWD")
    read = reading_of(camt(yen + dinar))
    assert [(line.amount_minor, line.currency, line.structured_reference) for line in read.lines] == [
        (1250, "JPY", "RF18539007547034"),
        (1250, "KWD", ""),
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (camt_entry("1.005"), "“1.005” has more decimals than EUR has."),
        (camt_entry("12,5x"), "“12,5x” is not an amount."),
        (camt_entry(currency="XXQ"), "“XXQ” is not a currency we know."),
        (camt_entry(direction="BOTH"), "The entry does not say whether it is a credit or a debit."),
        (camt_entry(day="2026-02-30"), "“2026-02-30” is not a date."),
        (camt_entry("1" * 18), "The amount is too large."),
    ],
)
def test_camt_entries_left_out(entry: str, reason: str) -> None:
    read = reading_of(camt(camt_entry() + entry))
    assert (read.amounts, read.told) == ([1250], [(5, reason, True)])


def test_mt940() -> None:
    read = reading_of(MT940)
    first, second = read.lines
    assert first == ParsedLine(
        0,
        "37040044/0532013000",
        5,
        DAY,
        1250,
        "EUR",
        value_on=DAY,
        kind="transfer",
        bank_reference="B-1",
        end_to_end_id="E2E-77",
        remittance="Policy 4711",
        counterparty="Lena Vogel",
        counterparty_last4="2051",
    )
    assert (second.amount_minor, second.kind, second.remittance) == (-250, "fee", "Account fee November")
    assert [(each.opening_minor, each.closing_minor, each.reference) for each in read.statements] == [
        (10000, 11000, "STARTUMS")
    ]
    assert read.remarks == []


def test_mt940_reversals_go_the_other_way() -> None:
    turned = (
        MT940.replace(b"20CR12,50", b"20RC12,50").replace(b"20D2,50", b"20RD2,50").replace(b"EUR110,00", b"EUR90,00")
    )
    read = reading_of(turned)
    assert [(line.amount_minor, line.kind) for line in read.lines] == [(-1250, "return"), (250, "return")]
    assert read.remarks == []


def test_mt940_names_a_bad_line_and_reads_its_neighbours() -> None:
    read = reading_of(MT940.replace(b":61:2611201120D2,50", b":61:2613991120D2,50"))
    assert read.amounts == [1250]
    assert read.told == [
        (7, "“261399” is not a date.", True),
        (1, "The opening balance and the lines do not make the closing balance.", False),
    ]


@pytest.mark.parametrize(("content", "account", "kind"), [(OFX1, "0123456789", "bank"), (OFX2, "CARD-9", "card")])
def test_ofx_accounts(content: bytes, account: str, kind: str) -> None:
    (statement,) = reading_of(content).statements
    assert (statement.account, statement.account_kind) == (account, kind)


def test_ofx_lines() -> None:
    first, second = reading_of(OFX1).lines
    assert (first.booked_on, first.amount_minor, first.counterparty) == (DAY, 4990, "LENA VOGEL")
    assert (first.bank_reference, first.remittance, first.line_number) == ("F-1", "Policy 4711 & rider", 11)
    assert (second.amount_minor, second.kind) == (-150, "fee")
    assert reading_of(OFX2).amounts == [-123456]


def test_a_card_account_of_ofx_is_known_by_its_last_four() -> None:
    read = reading_of(OFX2.replace(b"CARD-9", b"4111111111111111"))
    assert [each.account for each in read.statements] == ["CARD****1111"]


def test_bai2() -> None:
    read = reading_of(BAI2)
    first, second = read.lines
    assert first == ParsedLine(
        0,
        "0123456789",
        4,
        DAY,
        1250,
        "USD",
        value_on=date(2026, 11, 21),
        kind="transfer",
        bank_reference="BANKREF1",
        end_to_end_id="CUSTREF1",
        remittance="ACH CREDIT LENA VOGEL, POLICY 4711 SECOND LINE OF TEXT",
    )
    assert (second.amount_minor, second.kind) == (-50, "fee")
    assert [(each.opening_minor, each.closing_minor) for each in read.statements] == [(10000, 11200)]
    assert read.remarks == []


def test_bai2_control_totals_and_unknown_codes() -> None:
    read = reading_of(BAI2.replace(b"49,22500", b"49,22501").replace(b"16,698,50", b"16,7x8,50"))
    assert read.told == [
        (6, "“7x8” is not a type code.", True),
        (7, "The account's control total (49) is not the sum of its records.", False),
        (3, "The opening balance and the lines do not make the closing balance.", False),
    ]


def test_an_ach_debit_on_its_way_comes_in_and_its_return_goes_back() -> None:
    read = reading_of(
        nacha(NACHA_HEADER, NACHA_BATCH, NACHA_DEBIT, NACHA_RETURNED, NACHA_RETURN, *nacha_control(25000, 0))
    )
    sent, returned = read.lines
    assert (sent.amount_minor, sent.pending, sent.kind, sent.booked_on) == (
        12500,
        True,
        "direct_debit",
        date(2026, 11, 21),
    )
    assert (sent.end_to_end_id, sent.counterparty, sent.counterparty_last4, sent.bank_reference) == (
        "POLICY4711",
        "LENA VOGEL",
        "7899",
        "121000350000001",
    )
    assert (returned.amount_minor, returned.pending, returned.kind, returned.return_code) == (
        -12500,
        False,
        "return",
        "R01",
    )
    assert (returned.returned_reference, returned.booked_on) == ("121000350000001", DAY)
    assert read.remarks == []


def test_a_notice_of_change_moves_nothing_and_keeps_four_digits() -> None:
    read = reading_of(nacha(NACHA_HEADER, NACHA_BATCH, NACHA_NOTICED, NACHA_NOTICE, *nacha_control(0, 0)))
    (line,) = read.lines
    assert (line.kind, line.amount_minor, line.return_code) == ("change_notice", 0, "C01")
    assert line.remittance == "PREMIUM •••• 1614"


@pytest.mark.parametrize(
    ("code", "amount"), [("R01", -12500), ("R68", 12500), ("R72", -12500)], ids=["return", "dishonoured", "contested"]
)
def test_a_dishonoured_return_is_undone_and_a_contested_one_is_not(code: str, amount: int) -> None:
    told = NACHA_RETURN.replace("R01", code)
    read = reading_of(nacha(NACHA_HEADER, NACHA_BATCH, NACHA_RETURNED, told, *nacha_control(12500, 0)))
    assert read.amounts == [amount]


def test_ach_records_that_are_left_out() -> None:
    wrong_digit = NACHA_DEBIT.replace("231380104", "231380105")
    read = reading_of(
        nacha(NACHA_HEADER, NACHA_BATCH, wrong_digit, NACHA_RETURN, NACHA_DEBIT, *nacha_control(12500, 0))
    )
    assert read.amounts == [12500]
    assert read.told == [(3, "The check digit of the routing number 231380105 is wrong.", True)]


def test_ach_without_line_ends() -> None:
    content = nacha(NACHA_HEADER, NACHA_BATCH, NACHA_DEBIT, *nacha_control(12500, 0)).replace(b"\n", b"")
    assert reading_of(content).amounts == [12500]
