"""Elements by their local names, whatever version's namespace they stand in."""

from typing import TypeAlias

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


def flat(element: Element, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Every text below by its path from here, and its currency by that path with an @; of several the first."""
    found: dict[str, str] = {}
    _flatten(element, "", found, without)
    return found


def _flatten(element: Element, path: str, found: dict[str, str], without: frozenset[str]) -> None:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        name = path + tag[tag.find("}") + 1 :]
        if len(child):
            if name not in without:
                _flatten(child, name + "/", found, without)
        elif name not in found:
            found[name] = (child.text or "").strip()
            if "Amt" in name and (currency := child.get("Ccy")) is not None:
                found[name + "@"] = currency
