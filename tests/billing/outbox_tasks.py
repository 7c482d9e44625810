"""Tasks whose effect can be counted, for the tests of the outbox."""

from pathlib import Path

from celery import shared_task

from billing.outbox.publish import announce
from billing.outbox.work import OnceTask, OutsideTask

ONCE = "tests.billing.outbox_tasks.once"
OUTSIDE = "tests.billing.outbox_tasks.outside"
POISON = "tests.billing.outbox_tasks.poison"


@shared_task(base=OnceTask, name=ONCE)
def once(ref: str) -> None:
    announce("effect", kind="happened", ref=ref)


@shared_task(base=OutsideTask, name=OUTSIDE)
def outside(ref: str, provider: str) -> None:
    """The provider keeps a line for each call; a second with the same key would be answered from the first."""
    with Path(provider).open("a", encoding="ascii") as book:
        book.write(f"{ref}\n")


@shared_task(base=OnceTask, name=POISON, most_failures=3)
def poison(ref: str) -> None:
    announce("effect", kind="half", ref=ref)
    raise LookupError(f"{ref} cannot be done")
