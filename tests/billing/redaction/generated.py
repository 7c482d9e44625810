"""Ten thousand card numbers as people write them, and ten thousand numbers that are none.

Nothing here uses the engine: ranges, check digits and spellings are written anew, so that a fault in the engine's
tables cannot hide in its own test. A seed makes each run the same.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

PREFIXES = {
    "visa": (["4"], [16, 16, 16, 16, 13, 19]),
    "mastercard": (["51", "52", "53", "54", "55", "2221", "2345", "2500", "2699", "2720"], [16]),
    "amex": (["34", "37"], [15]),
    "discover": (["6011", "644", "647", "649", "65"], [16, 16, 19]),
    "diners": (["300", "305", "3095", "36", "38", "39"], [14]),
    "jcb": (["3528", "3550", "3589"], [16]),
    "unionpay": (["62", "622126", "625"], [16, 17, 18, 19]),
    "maestro": (["5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763"], [13, 14, 15, 16, 17, 18, 19]),
    "mir": (["2200", "2204"], [16]),
}
SEPARATORS = [
    " ",
    "-",
    ".",
    "/",
    "_",
    "  ",
    " - ",
    "\u00a0",
    "\u2009",
    "\u202f",
    "\u2007",
    "\u3000",
    "\u2010",
    "\u2011",
    "\u2012",
    "\u2013",
    "\u2014",
    "\u2015",
    "\u2212",
    "\n",
    "\r\n",
    "\t",
    "\u200b",
    "\u200b ",
    "\u2060",
    "\ufeff",
    " \u200e",
    "\u00ad",
    " then ",
    " and ",
    ", then ",
    " dash ",
    " space ",
    " puis ",
    " dann ",
    "\n> ",
    "\n>> ",
    "&nbsp;",
    "&#160;",
    "&#8209;",
    "%20",
    "=20",
    "=\n",
    "</span><span>",
    "</td><td>",
    "<br>\n",
    " | ",
    ", ",
]
SCRIPTS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"]
SENTENCES = [
    "{}",
    "{}.",
    "my card is {} thanks",
    "Card number: {}",
    "please charge {} instead",
    "({})",
    "Kartennummer {}",
    "número: {}",
    "It was taken from {} on 12 May, 41.50 EUR",
    "{} exp 12/27",
    "{} 12/27",
    "Visa {} cvv 123",
    "> {}",
    "卡号{}",
    "hello\n\n{}\n\nJane",
    '<a data-card="{}">pay</a>',
    "<p>{}</p>",
    '{{"number": "{}"}}',
    "card_{}_front.jpg",
    "https://shop.test/?card={}&x=1",
    "Re: payment {} failed twice",
    "On Monday you wrote:\n> card {}\n> Jane",
    "tel 555 0199, card {}",
    "id=77; {}; ok",
]


class Written(NamedTuple):
    text: str
    digits: str
    how: str


def luhn(body: str) -> str:
    """``body`` with its check digit."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def card(random_: random.Random) -> tuple[str, str]:
    network = random_.choice(list(PREFIXES))
    prefixes, lengths = PREFIXES[network]
    prefix, length = random_.choice(prefixes), random_.choice(lengths)
    return network, luhn(prefix + _digits(random_, length - 1 - len(prefix)))


def grouped(random_: random.Random, digits: str) -> list[str]:
    if len(digits) == 15:
        cuts = [4, 10]
    elif len(digits) == 14:
        cuts = random_.choice([[4, 10], [4, 8, 12]])
    else:
        cuts = random_.choice([[4, 8, 12], [4, 8, 12], [8], [6, 12], [4, 8, 12, 16]])
    edges = [0, *[cut for cut in cuts if cut < len(digits)], len(digits)]
    return [digits[start:end] for start, end in pairwise(edges)]


def written_cards(count: int, seed: int = 20) -> Iterator[Written]:
    random_ = random.Random(seed)
    for _ in range(count):
        _, digits = card(random_)
        how = random_.choice(["whole", "grouped", "grouped", "grouped", "singles", "mixed"])
        if how == "whole":
            written = digits
        elif how == "singles":
            written = random_.choice([" ", "-", ".", "\u200b", "\u00a0"]).join(digits)
        elif how == "grouped":
            written = random_.choice(SEPARATORS).join(grouped(random_, digits))
        else:
            groups = grouped(random_, digits)
            written = "".join(group + random_.choice([" ", "-", "\u2011", "\u00a0", ".", "\n"]) for group in groups)[
                :-1
            ]
        if random_.random() < 0.2:
            written = _in_script(random_, written)
        yield Written(random_.choice(SENTENCES).format(written), digits, how)


def other_numbers(count: int, seed: int = 21) -> Iterator[tuple[str, str]]:
    """Kind and text, the kinds in equal shares."""
    random_ = random.Random(seed)
    kinds = [_order, _iban, _phone, _uuid, _amounts, _dates, _tracking]
    for index in range(count):
        kind = kinds[index % len(kinds)]
        yield kind.__name__.strip("_"), kind(random_)


def _digits(random_: random.Random, length: int) -> str:
    return "".join(random_.choices("0123456789", k=length))


def _in_script(random_: random.Random, written: str) -> str:
    if "&" in written or "%" in written or "=" in written:
        return written
    return written.translate(str.maketrans("0123456789", random_.choice(SCRIPTS)))


def _order(random_: random.Random) -> str:
    number = _digits(random_, random_.randint(8, 20))
    return random_.choice(
        [
            "Order {}",
            "order number {}",
            "ORD-{}",
            "Invoice no. {}",
            "Bestellnummer {}",
            "my order is #{}",
            "PO {}",
            "{}",
            "see order {} please",
        ]
    ).format(number)


def _iban(random_: random.Random) -> str:
    country, length = random_.choice(
        [("DE", 22), ("FR", 27), ("GB", 22), ("ES", 24), ("NL", 18), ("IT", 27), ("NO", 15), ("BE", 16)]
    )
    body = _digits(random_, length - 4)
    if country in {"GB", "NL"}:
        body = "".join(random_.choices("ABCDEFGHKLMNPRSTUWZ", k=4)) + body[4:]
    numeric = "".join(str(int(character, 36)) for character in body + country + "00")
    iban = f"{country}{98 - int(numeric) % 97:02d}{body}"
    if random_.random() < 0.6:
        iban = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
    return random_.choice(["IBAN {}", "please pay to {}", "{}", "account {} at my bank"]).format(iban)


def _phone(random_: random.Random) -> str:
    one = random_.choice(
        [
            "+{a} {b} {c} {d}",
            "+{a}{b}{c}{d}",
            "({b}) {c}-{d}",
            "00{a} {b} {c} {d}",
            "{b}-{c}-{d}",
            "{b}-{c}-{d} or {b}-{c}-{e}, {b}.{e}.{d}",
        ]
    )
    number = one.format(
        a=random_.randint(1, 99),
        b=_digits(random_, 3),
        c=_digits(random_, 3),
        d=_digits(random_, 4),
        e=_digits(random_, 4),
    )
    return random_.choice(["call me at {}", "tel. {}", "{}", "WhatsApp {}, evenings"]).format(number)


def _uuid(random_: random.Random) -> str:
    value = uuid.UUID(int=random_.getrandbits(128), version=4)
    return random_.choice(["request {}", "{}", "trace_id={} status=500", "urn:uuid:{}"]).format(value)


def _amounts(random_: random.Random) -> str:
    amounts = [f"{random_.randint(1, 999_999) / 100:,.2f}" for _ in range(random_.randint(1, 6))]
    if random_.random() < 0.5:
        amounts = [amount.translate(str.maketrans(",.", ".,")) for amount in amounts]
    return random_.choice(["paid {}", "{}", "totals: {}"]).format(
        random_.choice([" ", " EUR ", ", ", "\n", " and $"]).join(amounts)
    )


def _dates(random_: random.Random) -> str:
    days = [date(2018, 1, 1) + timedelta(days=random_.randint(0, 4000)) for _ in range(random_.randint(1, 4))]
    form = random_.choice(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%m/%d/%y", "%Y-%m-%d %H:%M:%S"])
    clock = f" {random_.randint(0, 23):02d}:{random_.randint(0, 59):02d}"
    return random_.choice([" ", " and ", ", ", " to "]).join(day.strftime(form) for day in days) + clock


def _tracking(random_: random.Random) -> str:
    number = random_.choice(
        [
            "1Z" + "".join(random_.choices("0123456789ABCDEFGHWXY", k=16)),
            "9" + random_.choice("12345") + _digits(random_, 20),
            " ".join(
                [
                    "9" + random_.choice("12345") + _digits(random_, 2),
                    *(_digits(random_, 4) for _ in range(4)),
                    _digits(random_, 2),
                ]
            ),
            "RR" + _digits(random_, 9) + "GB",
            "JJD" + _digits(random_, 18),
            _digits(random_, 12),
            "TBA" + _digits(random_, 12),
            _digits(random_, 14),
        ]
    )
    return random_.choice(["tracking {}", "parcel {} is lost", "{}", "Sendungsnummer: {}"]).format(number)
