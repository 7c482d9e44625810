"""The articles a new desk starts with, read from `content/`: a few named lines, an empty line, Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTENT = Path(__file__).parent / "content"


class ContentBroken(Exception):
    """A file cannot be read; the message names it and says what is missing."""


@dataclass(frozen=True, slots=True)
class StartTopic:
    slug: str
    title: str
    summary: str
    ticket_category: str


@dataclass(frozen=True, slots=True)
class StartArticle:
    slug: str
    topic: str
    title: str
    summary: str
    also_asked_as: str
    body: str


def start_topics() -> list[StartTopic]:
    lines = (CONTENT / "topics.txt").read_text(encoding="utf-8").splitlines()
    return [StartTopic(*(part.strip() for part in line.split("|"))) for line in lines if line and line[0] != "#"]


def start_articles() -> Iterator[StartArticle]:
    for path in sorted(CONTENT.glob("*.md")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        named = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        try:
            yield StartArticle(
                path.stem, named["topic"], named["title"], named["summary"], named["also asked as"], body.strip()
            )
        except KeyError as missing:
            raise ContentBroken(f"{path.name} has no line {missing}.") from missing
