"""Names as banks write them: upper case, without the marks that are lost on the way. SQL does the same to columns."""

import re
from typing import Final

MARKS: Final = " -/._:,+#'"
SHORTEST_KEY: Final = 5  # shorter numbers in a free text are house numbers and years
MOST_TOKENS_JOINED: Final = 3  # a bank's line breaks cut a reference in two or three
_TOKEN: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.ASCII)
_DROP: Final = str.maketrans("", "", MARKS)


def key_of(name: str) -> str:
    return name.upper().translate(_DROP)


def key_sql(column: str) -> str:
    """The same for a column or expression that we named ourselves."""
    return f"translate(upper({column}), '{MARKS.replace(chr(39), chr(39) * 2)}', '')"


def creditor_key(reference: str) -> str:
    """What ISO 11649 wraps: ``RF18 INV-41`` is the bill ``INV41``."""
    key = key_of(reference)
    return key[4:] if re.match(r"RF\d\d.", key, re.ASCII) else key


def creditor_key_sql(column: str) -> str:
    key = key_sql(column)
    return f"CASE WHEN {column} ~* '^RF *[0-9]{{2}}.' THEN substr({key}, 5) ELSE {key} END"


def tokens_of(text: str) -> list[str]:
    """The keys that a free text may hold: its words with a digit, and neighbours put together again."""
    words = [key_of(word) for word in _TOKEN.findall(text.upper())]
    joined = [
        "".join(words[place : place + length])
        for length in range(1, MOST_TOKENS_JOINED + 1)
        for place in range(len(words) - length + 1)
    ]
    return [each for each in dict.fromkeys(joined) if len(each) >= SHORTEST_KEY and any(map(str.isdigit, each))]
