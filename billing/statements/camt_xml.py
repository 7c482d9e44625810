"""Elements by their local names, whatever version's namespace they stand in."""

from typing import Final, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element


def children(element: Element) -> dict[str, list[Element]]:
    """By local name, in their order."""
    found: dict[str, list[Element]] = {}
    for child in element:
        tag = child.tag
        if isinstance(tag, str):  # comments and processing instructions have none
            found.setdefault(tag[tag.find("}") + 1 :], []).append(child)
    return found


def first(element: Element | None, path: str) -> Element | None:
    """The first at a path of local names, ``Tp/CdOrPrtry/Cd``."""
    for name in path.split("/"):
        if element is None:
            return None
        element = next(element.iterchildren("{*}" + name), None)
    return element


def text_at(element: Element | None, path: str) -> str:
    found = first(element, path)
    return (found.text or "").strip() if found is not None else ""


class _Place(dict[str, "_Place"]):
    """A path of local names, and by their tags the places below it. A file has few of them and each a million times,
    so a path is put together once."""

    __slots__ = ("is_amount", "path")
    kept = 0

    def __init__(self, path: str = "") -> None:
        self.path, self.is_amount = path, "Amt" in path

    def __missing__(self, tag: str) -> "_Place":
        below = _Place((self.path and self.path + "/") + tag[tag.find("}") + 1 :])
        if _Place.kept < _MOST_PLACES:
            _Place.kept += 1
            self[tag] = below
        return below


_MOST_PLACES: Final = 5_000  # of this process: the standard has some hundreds, a file may make up as many as it likes
_HERE: Final = _Place()


def flat(element: Element, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Every text below by its path from here, and its currency by that path with an @; of several the first."""
    found: dict[str, str] = {}
    _flatten(element, _HERE, found, without)
    return found


def _flatten(element: Element, here: _Place, found: dict[str, str], without: frozenset[str]) -> None:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        place = here[tag]
        if len(child):
            if place.path not in without:
                _flatten(child, place, found, without)
        elif place.path not in found:
            found[place.path] = (child.text or "").strip()
            if place.is_amount and (currency := child.get("Ccy")) is not None:
                found[place.path + "@"] = currency
