"""What a short script does with a bank's file: the fields that are kept, read by their names or places, and nothing
else. No account, balance, control total or fault is looked at, and no text is cleaned.

MT940 is read by the library that we read it with. For OFX there is none that we could use, and BAI2 and NACHA are read
by their places: a line at a time, or by lxml where the file is XML.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]
OFX_TAG = re.compile(r"<(/?[A-Z0-9.]+)>([^<\r\n]*)")


def bare_camt(path: Path) -> Iterator[Row]:
    from lxml import etree

    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"

    def at(path: str) -> str:
        return "/".join(space + name for name in path.split("/"))

    paths = [
        at(path)
        for path in (
            "BookgDt/Dt",
            "ValDt/Dt",
            "AcctSvcrRef",
            "NtryDtls/TxDtls/Refs/EndToEndId",
            "NtryDtls/TxDtls/RmtInf/Ustrd",
            "NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm",
        )
    ]
    for _, entry in etree.iterparse(str(path), tag=space + "Ntry"):
        amount, sign = entry.find(space + "Amt"), entry.findtext(space + "CdtDbtInd")
        minor = int(Decimal(amount.text) * 100)
        booked, valued, reference, end_to_end, text, name = (entry.findtext(each) or "" for each in paths)
        yield (
            entry.sourceline,
            date.fromisoformat(booked),
            date.fromisoformat(valued),
            minor if sign == "CRDT" else -minor,
            amount.get("Ccy"),
            reference,
            end_to_end,
            text,
            name,
        )
        entry.clear()
        while entry.getprevious() is not None:
            del entry.getparent()[0]


def bare_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        for number, (booked, valued, name, text, reference, amount, currency) in enumerate(reader, start=2):
            yield (
                number,
                date(int(booked[6:]), int(booked[3:5]), int(booked[:2])),
                date(int(valued[6:]), int(valued[3:5]), int(valued[:2])),
                int(Decimal(amount.replace(".", "").replace(",", ".")) * 100),
                currency,
                reference,
                "",
                text,
                name,
            )


def bare_mt940(path: Path) -> Iterator[Row]:
    import mt940

    for number, entry in enumerate(mt940.parse(path, options=mt940.Options(applicant_iban=True)), start=1):
        told = entry.data
        yield (
            number,
            told["entry_date"],
            told["date"],
            int(told["amount"].amount * 100),
            told["amount"].currency,
            told["bank_reference"],
            told["end_to_end_reference"] or "",
            told["purpose"] or "",
            told["applicant_name"] or "",
        )


def bare_ofx1(path: Path) -> Iterator[Row]:
    currency, entry = "", dict[str, str]()
    with path.open(encoding="cp1252") as file:
        for number, line in enumerate(file, start=1):
            for name, text in OFX_TAG.findall(line):  # a line may hold many, and of some banks it does
                if name == "STMTTRN":
                    entry = {}
                elif name == "CURDEF":
                    currency = text
                elif name == "/STMTTRN":
                    yield _ofx_row(number, entry, currency)
                elif text:
                    entry[name] = text


def bare_ofx2(path: Path) -> Iterator[Row]:
    from lxml import etree

    currency = ""
    for _, found in etree.iterparse(str(path), tag=("CURDEF", "STMTTRN")):
        if found.tag == "CURDEF":
            currency = found.text or ""
            continue
        yield _ofx_row(found.sourceline, {leaf.tag: leaf.text or "" for leaf in found}, currency)
        found.clear()
        while found.getprevious() is not None:
            del found.getparent()[0]


def _ofx_row(number: int, entry: dict[str, str], currency: str) -> Row:
    return (
        number,
        date.fromisoformat(entry["DTPOSTED"][:8]),
        date.fromisoformat(entry["DTAVAIL"][:8]),
        int(Decimal(entry["TRNAMT"]) * 100),
        currency,
        entry["FITID"],
        entry["REFNUM"],
        entry["MEMO"],
        entry["NAME"],
    )


def bare_bai2(path: Path) -> Iterator[Row]:
    booked, currency, entry = date.min, "", list[Any]()
    with path.open(encoding="ascii") as file:
        for number, line in enumerate(file, start=1):
            code, _, rest = line.rstrip("/\n").partition(",")
            if code == "88" and entry:
                entry[-2] += " " + rest
                continue
            if entry:
                yield tuple(entry)
                entry = []
            if code == "02":
                day, currency = rest.split(",")[3], rest.split(",")[5]
                booked = date.fromisoformat(f"20{day}")
            elif code == "16":
                kind, amount, _, valued, _, reference, ours, text = rest.split(",", 7)
                minor = int(amount) if kind < "400" else -int(amount)
                entry = [number, booked, date.fromisoformat(f"20{valued}"), minor, currency, reference, ours, text, ""]
        if entry:
            yield tuple(entry)


def bare_nacha(path: Path) -> Iterator[Row]:
    made, day, about, entry = date.min, date.min, "", list[Any]()
    with path.open(encoding="ascii") as file:
        for number, record in enumerate(file, start=1):
            kind = record[0]
            if kind == "7" and entry:
                if record[1:3] == "05":
                    entry[-2] += " " + record[3:83].rstrip()
                continue
            if entry:
                yield tuple(entry)
                entry = []
            if kind == "1":
                made = date.fromisoformat(f"20{record[23:29]}")
            elif kind == "5":
                day, about = date.fromisoformat(f"20{record[69:75]}"), record[53:63].rstrip()
            elif kind == "6":
                returned, minor = record[2] in "16", int(record[29:39])
                comes_in = (record[2] in "6789") != returned
                names = (record[79:94], record[39:54].rstrip(), about, record[54:76].rstrip())
                entry = [number, made if returned else day, day, minor if comes_in else -minor, "USD", *names]
        if entry:
            yield tuple(entry)
