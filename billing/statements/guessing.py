"""A first answer to the questions of ``mapping``, from the beginning of a file: what a person then corrects.

What is not certain is said so, above all the order of day and month: 03/04 is two days, a month apart.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final

from billing.statements.amounts import DIGITS
from billing.statements.csvs import amount_in, date_in, plain_word, rows_of
from billing.statements.mapping import DELIMITERS, CsvRules, plain
from billing.statements.records import LineRejected, StatementRefused
from billing.statements.vocabulary import INCOMING, OUTGOING, ROLE_OF

LOOKED_AT: Final = 200  # lines: enough for a day above 12 to turn up
_ENOUGH: Final = 0.8  # of a column's values must fit what its header says
_NUMBER = re.compile(r"[\s(+\-−€$£A-Z]*[0-9][0-9.,'’ \u00a0\u202f]*[\s)\-−A-Za-z€$£]*")
_LAST_MARK = re.compile(r"(?P<mark>[.,])(?P<behind>[0-9]*)(?=[^0-9.,]*$)")
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Guess:
    rules: CsvRules
    header: tuple[str, ...]  # the names of the columns, made up where the file has none
    doubts: tuple[str, ...]  # sentences for whoever decides


def guess(lines: Iterable[tuple[int, str]], encoding: str, currency: str = "") -> Guess:
    beginning = list(islice(lines, LOOKED_AT))
    delimiter, rows = _split(beginning)
    header_row, header = _header(rows)
    body = [cells for number, cells in rows if number > header_row and any(cell.strip() for cell in cells)]
    columns = _Columns(header, body)
    if not (columns.dated() and columns.numbered()) and sum(1 for name in header if _role_of(name)) < 2:
        raise StatementRefused(
            "The file is no statement in a format we know, and no table with days and amounts either."
        )
    date_order, order_is_certain = _order_of(columns)
    decimal, decimal_is_certain = _decimal_of(columns, delimiter)
    roles = columns.roles(date_order, decimal)
    rules = CsvRules(
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        columns=roles,
        decimal=decimal,
        date_order=date_order,
        currency="" if "currency" in roles else _currency_in(rows, header_row) or currency,
    )
    doubts = []
    if not order_is_certain:
        doubts.append("Every date fits both day first and month first. Look at the preview before you save.")
    if not decimal_is_certain:
        doubts.append("No amount shows whether its comma or point is the decimal mark. Look at the preview.")
    return Guess(rules, header, tuple(doubts))


def header_rows(lines: Iterable[tuple[int, str]]) -> Iterator[list[str]]:
    """Rows among which a known bank's header may be, however many lines of greeting stand above it."""
    beginning = list(islice(lines, 40))
    for delimiter in DELIMITERS:
        for _, cells in _rows(beginning, delimiter):
            if sum(1 for cell in cells if cell.strip()) >= 2:
                yield cells


def _split(beginning: Sequence[tuple[int, str]]) -> tuple[str, Rows]:
    """The delimiter that cuts most rows into the same number of cells."""
    best: tuple[tuple[int, int], str, Rows] | None = None
    for delimiter in DELIMITERS:
        rows = _rows(beginning, delimiter)
        widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            score = (count, width)
            if best is None or score > best[0]:
                best = score, delimiter, rows
    if best is None:
        raise StatementRefused("The file is no statement in a format we know, and no table of columns either.")
    return best[1], best[2]


def _rows(beginning: Sequence[tuple[int, str]], delimiter: str) -> Rows:
    try:
        return list(rows_of(iter(beginning), delimiter))
    except StatementRefused:
        return []


def _header(rows: Rows) -> tuple[int, tuple[str, ...]]:
    """The first row that names columns. Some banks write none: then the columns are numbered."""
    usual = Counter(len(cells) for _, cells in rows if len(cells) > 1).most_common(1)[0][0]
    for number, cells in rows:
        known = {role for cell in cells if (role := _role_of(cell))}
        if len(known) >= 2 and len(cells) >= usual - 1:
            return number, tuple(cell.strip() for cell in cells)
    first = next((cells for _, cells in rows if len(cells) == usual), [])
    if not any(_is_number(cell) for cell in first):
        number = next(number for number, cells in rows if cells is first or cells == first)
        return number, tuple(cell.strip() for cell in first)
    return 0, tuple(f"Column {place}" for place in range(1, usual + 1))


def _role_of(cell: str) -> str:
    name = plain(cell)
    if name in ROLE_OF:
        return ROLE_OF[name]
    bare = re.sub(r"\b(?:in )?(?:eur|euro|usd|gbp|chf|sek|nok|dkk|pln)\b", "", name).strip()
    return ROLE_OF.get(bare, "")


class _Columns:
    def __init__(self, header: Sequence[str], body: Sequence[Sequence[str]]) -> None:
        self.header = header
        width = max([len(header), *map(len, body)], default=0)
        self.values = [
            [cells[place].strip() for cells in body if place < len(cells) and cells[place].strip()]
            for place in range(width)
        ]

    def dated(self) -> list[int]:
        return [place for place, values in enumerate(self.values) if _date_orders(values)]

    def numbered(self) -> list[int]:
        dated = set(self.dated())
        return [
            place
            for place, values in enumerate(self.values)
            if values and place not in dated and _share(values, _is_number) >= _ENOUGH
        ]

    def roles(self, order: str, decimal: str) -> dict[str, tuple[int, ...]]:
        """What the header says, where the values agree; then what the values alone say."""
        found: dict[str, tuple[int, ...]] = {}
        for place, name in enumerate(self.header):
            role = _role_of(name)
            if role and self._fits(role, place, order, decimal) and (role == "remittance" or role not in found):
                found[role] = (*found.get(role, ()), place)
        if "amount" in found and {"debit", "credit"} <= found.keys():
            del found["amount"]
        elif "amount" in found:
            found.pop("debit", None), found.pop("credit", None)
        self._fill_in(found, order, decimal)
        return found

    def _fits(self, role: str, place: int, order: str, decimal: str) -> bool:
        values = self.values[place] if place < len(self.values) else []
        if role in {"debit", "credit", "fee", "balance"}:
            return _share(values, lambda value: _reads_amount(value, decimal)) >= _ENOUGH or not values
        if role == "amount":
            return bool(values) and _share(values, lambda value: _reads_amount(value, decimal)) >= 0.5
        if role in {"booked_on", "value_on"}:
            return bool(values) and _share(values, lambda value: _reads_date(value, order)) >= 0.5
        if role == "currency":
            return bool(values) and _share(values, lambda value: value.upper() in DIGITS) >= _ENOUGH
        if role == "sign":
            return bool(values) and _share(values, lambda value: plain_word(value) in OUTGOING | INCOMING) >= _ENOUGH
        return True

    def _fill_in(self, found: dict[str, tuple[int, ...]], order: str, decimal: str) -> None:
        taken = {place for places in found.values() for place in places}
        if "booked_on" not in found:
            if "value_on" in found:
                found["booked_on"] = found["value_on"]
            elif dated := [place for place in self.dated() if place not in taken]:
                found["booked_on"] = (dated[0],)
        if not {"amount", "debit", "credit"} & found.keys():
            fits = [place for place in self.numbered() if place not in taken and self._all_amounts(place, decimal)]
            # Of several columns of figures, one with decimals or signs is likelier to be money than a number of pages.
            marked = [place for place in fits if any(set(value) & set(".,-") for value in self.values[place])]
            if fits:
                found["amount"] = ((marked or fits)[0],)
        if "currency" not in found:
            for place, values in enumerate(self.values):
                if place not in taken and values and all(value in DIGITS for value in values):
                    found["currency"] = (place,)
                    break
        if "remittance" not in found:
            taken = {place for places in found.values() for place in places}
            worded = [place for place in range(len(self.values)) if place not in taken and self._is_text(place)]
            if worded:
                found["remittance"] = (max(worded, key=lambda place: sum(map(len, self.values[place]))),)

    def _all_amounts(self, place: int, decimal: str) -> bool:
        return all(_reads_amount(value, decimal) for value in self.values[place])

    def _is_text(self, place: int) -> bool:
        values = self.values[place]
        return bool(values) and _share(values, lambda value: not _is_number(value)) > 0.5


def _order_of(columns: _Columns) -> tuple[str, bool]:
    values = [value for place in columns.dated() for value in columns.values[place]]
    orders = _date_orders(values) or next(
        (orders for place in columns.dated() if (orders := _date_orders(columns.values[place]))), {"ymd"}
    )
    if len(orders) == 1:
        return next(iter(orders)), True
    certain = not {"dmy", "mdy"} <= orders
    return min(orders, key=lambda order: (_span(values, order), order != "dmy")), certain


def _date_orders(values: Sequence[str]) -> set[str]:
    """Orders by which nearly every value is a day that a statement may be about."""
    if not values:
        return set()
    if all(value[:4].isdigit() and not value[:5].isdigit() for value in values):
        return {"ymd"} if _share(values, lambda value: _reads_date(value, "ymd")) >= _ENOUGH else set()
    # Where people write points between the figures, they write the day first.
    orders = ("dmy",) if all(value.count(".") == 2 for value in values) else ("dmy", "mdy", "ymd")
    return {order for order in orders if _share(values, partial(_reads_date, order=order)) >= _ENOUGH}


def _span(values: Sequence[str], order: str) -> int:
    """Days between the first and the last: a statement is about weeks, and the wrong order makes it a year."""
    days = [date_in(value, order) for value in values if _reads_date(value, order)]
    return (max(days) - min(days)).days if days else 0


def _decimal_of(columns: _Columns, delimiter: str) -> tuple[str, bool]:
    votes: Counter[str] = Counter()
    for place in columns.numbered():
        for value in columns.values[place]:
            found = _LAST_MARK.search(value)
            if found is None:
                continue
            other = "," if found["mark"] == "." else "."
            if other in value or len(found["behind"]) in {1, 2}:
                votes[found["mark"]] += 1
            elif value.count(found["mark"]) > 1:
                votes[other] += 1
    if votes:
        return votes.most_common(1)[0][0], True
    marked = any(_LAST_MARK.search(value) for place in columns.numbered() for value in columns.values[place])
    return ("," if delimiter == ";" else "."), not marked


def _currency_in(rows: Rows, header_row: int) -> str:
    """In the header's own words (“Amount (EUR)”), or in what stands above it."""
    told = [cell for number, cells in rows if number <= header_row for cell in cells]
    found = Counter(word for cell in told for word in re.findall(r"\b[A-Z]{3}\b", cell) if word in DIGITS)
    return found.most_common(1)[0][0] if found else ""


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _reads_amount(value: str, decimal: str) -> bool:
    try:
        amount_in(value, decimal, "CLF")  # four decimals, as many as a currency has
    except LineRejected:
        return False
    return True


def _reads_date(value: str, order: str) -> bool:
    try:
        day: date = date_in(value, order)
    except LineRejected:
        return False
    return 1970 <= day.year < 2070


def _share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, values)) / len(values) if values else 0.0
