"""Reads the tables of codes beside this module. A row that is not well formed stops the program at its start."""

import tomllib
from pathlib import Path
from typing import Any

from billing.diagnosis.codes.meaning import Group, Meaning, Retry, group_words

_FIELDS = frozenset({"name", "group", "retry", "secret", "agent", "customer", "customer_step"})
# A refund's secret must not send the customer off to pay again: its generic words differ from a payment's.
_GENERIC: dict[str, tuple[str, str]] = {
    "refund": ("Your bank sent the money back to us.", "Please tell us where we should send it."),
}


def read_table(name: str, *, source: str) -> dict[str, Meaning]:
    path = Path(__file__).with_name(f"{name}.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: _meaning(code, row, source=source) for code, row in rows.items()}


def _meaning(code: str, row: dict[str, Any], *, source: str) -> Meaning:
    unknown = row.keys() - _FIELDS
    if unknown:
        raise ValueError(f"{source} code {code}: unknown fields {', '.join(sorted(unknown))}.")
    group, secret = Group(row["group"]), bool(row.get("secret", False))
    if secret and (row.get("customer") or row.get("customer_step")):
        # The words of a secret code are the generic ones; a table must not be able to say more.
        raise ValueError(f"{source} code {code} is secret: it takes no words for the customer.")
    said, step = group_words(Group.HARD_STOP if secret else group)
    if secret or group is Group.BANK_SAID_NO:
        said, step = _GENERIC.get(source, (said, step))
    return Meaning(
        code=code,
        source=source,
        group=group,
        retry=Retry(row["retry"]),
        name=row.get("name", code.replace("_", " ")),
        agent=row["agent"],
        customer=row.get("customer", said),
        customer_step=row.get("customer_step", step),
        secret=secret,
    )
