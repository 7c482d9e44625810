"""Files of many lines in every format, as banks write them: a statement, a group or a batch a day where the format has
them, with balances and control totals that are right, so that checking them is part of what is measured.

``salt`` is eight characters that no other file in the database has: every line of a file is new there.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TextIO

LINES: Final = int(os.environ.get("BENCH_STATEMENT_LINES", "100000"))
FIRST: Final = date(2026, 1, 1)
A_DAY: Final = 400
CAMT, MT940, OFX1, OFX2 = "DE89370400440532013000", "37040044/0532013000", "0123456789", "0123456790"
BAI2, NACHA = "0123456791", "1234567890"
_OPENING: Final = 1_000_000
_OURS: Final = "12100035"
_GIVEN: Final = (
    "Ada Ali Amal Anna Ben Carl Dana Elif Emil Eva Finn Hana Ines Ivan Jana Jonas Karim Lena Leo Maja Mila Noah Omar "
    "Paul Tom"
).split()
_FAMILY: Final = [
    first + last
    for first in "Alt Berg Blum Eich Falk Gold Hol Kast Kir Lind Mor Neu Ros Sand Sil Stein Tan Vog Wald Win".split()
    for last in "au berg el er feld hoff ler mann ner stein".split()
]


def _days() -> Iterator[tuple[int, date, range]]:
    """Each day's place, date and lines."""
    for place, start in enumerate(range(0, LINES, A_DAY)):
        yield place, FIRST + timedelta(days=place), range(start, min(start + A_DAY, LINES))


def _minor(number: int) -> int:
    return number % 997 * 100 + number % 100


def _name(number: int) -> str:
    """Of five thousand customers. Digits in a name would have lines looked at for cards that no name brings."""
    return f"{_GIVEN[number % 25]} {_FAMILY[number // 25 % 200]}"


def _amount(minor: int, mark: str) -> str:
    return f"{minor // 100}{mark}{minor % 100:02}"


def write_camt(path: Path, salt: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
            f"<BkToCstmrStmt><GrpHdr><MsgId>{salt}</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr><Stmt>"
            f"<Id>{salt}</Id><Acct><Id><IBAN>{CAMT}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        )
        for _, day, numbers in _days():
            file.writelines(_camt_entry(number, day, salt) for number in numbers)
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def _camt_entry(number: int, day: date, salt: str) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{_amount(_minor(number), ".")}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{salt}{number:08}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>"
        f"<TxDtls><Refs><EndToEndId>POLICY-{number:07}</EndToEndId></Refs><RltdPties><Dbtr><Pty>"
        f"<Nm>{_name(number)}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id>"
        f"</DbtrAcct></RltdPties><RmtInf><Ustrd>Premium {number % 12 + 1}/2026 policy {number:07}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>\n"
    )


def write_csv(path: Path, salt: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Booking date;Value date;Payee;Description;Reference;Amount;Currency\n")
        for _, day, numbers in _days():
            for number in numbers:
                file.write(
                    f"{day:%d.%m.%Y};{day:%d.%m.%Y};{_name(number)};Premium policy {number:07};"
                    f"{salt}{number:08};{_amount(_minor(number), ',')};EUR\n"
                )


def write_mt940(path: Path, salt: str) -> None:
    """As German banks write it: the fields of a SEPA transfer, wrapped at 27 characters, in lines of 65."""
    with path.open("w", encoding="utf-8") as file:
        balance = _OPENING
        for place, day, numbers in _days():
            file.write(f":20:STARTUMS\n:25:{MT940}\n:28C:{place + 1:05}/001\n:60F:C{day:%y%m%d}EUR")
            file.write(_amount(balance, ",") + "\n")
            for number in numbers:
                balance += _minor(number)
                file.write(
                    f":61:{day:%y%m%d%m%d}CR{_amount(_minor(number), ',')}NTRFNONREF//{salt}{number:08}\n"
                    f":86:166?00GUTSCHRIFT?100931?20EREF+POLICY-{number:07}?21SVWZ+Premium\n"
                    f" {number % 12 + 1}/2026 policy ?22{number:07}?30BYLADEM1001?31DE02120300000000202051?32"
                    f"{_name(number)[:1]}\n{_name(number)[1:]}\n"
                )
            file.write(f":62F:C{day:%y%m%d}EUR{_amount(balance, ',')}\n-\n")


def write_ofx1(path: Path, salt: str) -> None:
    """SGML, a leaf a line and without its end, as most banks of the United States write it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\n")
        file.write("<OFX>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n<STMTRS>\n<CURDEF>USD\n<BANKACCTFROM>\n<BANKID>111000025\n")
        file.write(f"<ACCTID>{OFX1}\n<ACCTTYPE>CHECKING\n</BANKACCTFROM>\n<BANKTRANLIST>\n<DTSTART>{FIRST:%Y%m%d}\n")
        for _, day, numbers in _days():
            for number in numbers:
                file.write(
                    f"<STMTTRN>\n<TRNTYPE>CREDIT\n<DTPOSTED>{day:%Y%m%d}120000[-5:EST]\n<DTAVAIL>{day:%Y%m%d}\n"
                    f"<TRNAMT>{_amount(_minor(number), '.')}\n<FITID>{salt}{number:08}\n<REFNUM>POLICY-{number:07}\n"
                    f"<NAME>{_name(number)}\n<MEMO>Premium {number % 12 + 1}/2026 policy {number:07}\n"
                    "</STMTTRN>\n"
                )
        _end_ofx(file)


def write_ofx2(path: Path, salt: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" ')
        file.write('OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF>')
        file.write(f"<BANKACCTFROM><BANKID>111000025</BANKID><ACCTID>{OFX2}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE>")
        file.write("</BANKACCTFROM><BANKTRANLIST>\n")
        for _, day, numbers in _days():
            for number in numbers:
                file.write(
                    f"<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>{day:%Y%m%d}120000</DTPOSTED>"
                    f"<DTAVAIL>{day:%Y%m%d}</DTAVAIL><TRNAMT>{_amount(_minor(number), '.')}</TRNAMT>"
                    f"<FITID>{salt}{number:08}</FITID><REFNUM>POLICY-{number:07}</REFNUM>"
                    f"<NAME>{_name(number)}</NAME>"
                    f"<MEMO>Premium {number % 12 + 1}/2026 policy {number:07}</MEMO></STMTTRN>\n"
                )
        _end_ofx(file)


def _end_ofx(file: TextIO) -> None:
    file.write("</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")


def write_bai2(path: Path, salt: str) -> None:
    """A group with one account a day; the text of a movement goes on in a record of its own."""
    with path.open("w", encoding="utf-8") as file:
        file.write("01,122099999,123456789,261121,0200,1,80,1,2/\n")
        balance = _OPENING
        for _, day, numbers in _days():
            came_in = sum(map(_minor, numbers))
            file.write(f"02,123456789,122099999,1,{day:%y%m%d},2359,USD,2/\n")
            file.write(f"03,{BAI2},USD,010,{balance},,,015,{balance + came_in},,/\n")
            for number in numbers:
                file.write(
                    f"16,142,{_minor(number)},V,{day:%y%m%d},,{salt}{number:08},POLICY-{number:07},ACH CREDIT "
                    f"{_name(number)}/\n88,Premium {number % 12 + 1}/2026 policy {number:07}/\n"
                )
            control = 2 * (balance + came_in)
            file.write(f"49,{control},{2 * len(numbers) + 2}/\n98,{control},1,{2 * len(numbers) + 4}/\n")
            balance += came_in
        file.write("99,0,1,1/\n")


def write_nacha(path: Path, salt: str) -> None:
    """A day's debits in one batch, each with its remittance, and what came back of them (one in twenty) in another."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"101 {_OURS}8{NACHA}2611210830A094101{'BANK OF TEST':23}{'REDRESS INSURANCE':23}{'':8}\n")
        for place, day, numbers in _days():
            drawn = numbers[: A_DAY - A_DAY // 20]
            _write_batch(file, 2 * place, day, drawn, salt, returned=False)
            _write_batch(file, 2 * place + 1, day, numbers[len(drawn) :], salt, returned=True)
        file.write(f"9{2 * place + 2:06}{1:06}{2 * LINES:08}{0:034}{'':39}\n")


def _write_batch(file: TextIO, place: int, day: date, numbers: range, salt: str, *, returned: bool) -> None:
    head = f"{'REDRESS INSURANC':16}{'':20}{NACHA}PPD{'PREMIUM':10}{'':6}{day:%y%m%d}   1{_OURS}{place:07}"
    file.write(f"5200{head}\n")
    for number in numbers:
        trace, bank = f"{_OURS}{number:07}", _routing(number % 300)
        file.write(
            f"6{26 if returned else 27}{bank}{f'744-{number % 5000:05}-99':17}{_minor(number):010}"
            f"{salt}{number:07}{_name(number):22}  1{trace}\n"
        )
        if returned:
            file.write(f"799R01{trace}{'':6}{bank[:8]}{'':44}{bank[:8]}{number:07}\n")
        else:
            file.write(f"705{f'Premium {number % 12 + 1}/2026 policy {number:07}':80}{1:04}{number:07}\n")
    totals = f"{2 * len(numbers):06}{0:010}{sum(map(_minor, numbers)):012}{0:012}"
    file.write(f"8200{totals}{NACHA}{'':25}{_OURS}{place:07}\n")


def _routing(place: int) -> str:
    """Of the customer's bank, with its check digit."""
    bank = f"{23138000 + place}"
    return f"{bank}{-sum(int(digit) * weight for digit, weight in zip(bank, (3, 7, 1) * 3, strict=False)) % 10}"
