"""Cells of an export. A spreadsheet runs what begins like a formula, so such text gets an apostrophe in front."""

from collections.abc import Iterable

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−", "|", "%")


def safe_cell(value: object) -> object:
    """Text that might be run is quoted. Numbers pass as they are: give a negative amount as a number, not as text."""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    if text.startswith(_STARTS_A_FORMULA) or text.lstrip().startswith(_STARTS_A_FORMULA):
        return "'" + text
    return text


def safe_row(values: Iterable[object]) -> list[object]:
    return [safe_cell(value) for value in values]
