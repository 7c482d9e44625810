"""Complaints of a file become tickets: in batches, once each, with a line about every row that is refused."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import islice

from django.db import DatabaseError, transaction
from django.utils.timezone import get_current_timezone

from billing.text import clean_line, clean_text
from supportdesk.channels.gateways.cfpb import Complaint, RowRejected
from supportdesk.channels.gateways.cfpb_labels import category_of_labels
from supportdesk.tickets.actions.opening import Sorting, Writer, import_complaint, queue_for
from supportdesk.tickets.models import Queue
from supportdesk.tickets.states import Category
from supportdesk.tickets.triage import triage

SOURCE = "cfpb"
_BATCH = 200


@dataclass(slots=True)
class Imported:
    opened: int = 0
    known: int = 0
    rejected: list[RowRejected] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.opened + self.known + len(self.rejected)


def import_complaints(
    rows: Iterable[Complaint | RowRejected], *, at: datetime, progress: Callable[[Imported], None]
) -> Imported:
    """Safe to repeat: a complaint that has its ticket is counted as known. ``progress`` is called after each batch."""
    queues: dict[Category, Queue] = {}
    done, left = Imported(), iter(rows)
    while batch := list(islice(left, _BATCH)):
        done.rejected += [row for row in batch if isinstance(row, RowRejected)]
        _import_batch([row for row in batch if isinstance(row, Complaint)], done, queues, at=at)
        progress(done)
    return done


def _import_batch(complaints: list[Complaint], done: Imported, queues: dict[Category, Queue], *, at: datetime) -> None:
    with transaction.atomic():
        for complaint in complaints:
            try:
                with transaction.atomic():
                    opened = _import_one(complaint, queues, at=at)
            except DatabaseError as refused:
                reason = str(refused).partition("\n")[0]
                done.rejected.append(RowRejected(complaint.line, f"the database refused it: {reason}"))
                continue
            done.opened += opened
            done.known += not opened


def _import_one(complaint: Complaint, queues: dict[Category, Queue], *, at: datetime) -> bool:
    sorting = sort_complaint(complaint, queues)
    _, opened = import_complaint(
        source=SOURCE,
        source_id=complaint.number,
        writer=Writer(
            name=clean_line(f"Consumer in {complaint.state} {complaint.zip_code}" if complaint.state else "Consumer")
        ),
        subject=clean_line(": ".join(filter(None, [complaint.issue, complaint.sub_issue]))),
        text=clean_text("\n\n".join(_paragraphs(complaint))),
        sorting=sorting,
        asked_at=datetime.combine(complaint.received_on, time(), get_current_timezone()),
        at=at,
    )
    return opened


def sort_complaint(complaint: Complaint, queues: dict[Category, Queue]) -> Sorting:
    """By what the consumer picked from the Bureau's menu where that says it, else by the text."""
    labelled = category_of_labels(issue=complaint.issue, sub_issue=complaint.sub_issue)
    found = triage(
        subject="",
        text=complaint.narrative,
        chosen=labelled[0] if labelled else None,
        labels=[complaint.sub_issue, complaint.issue, complaint.tags],
    )
    reasons = (f"its label is “{labelled[1]}”", *found.reasons[1:]) if labelled else found.reasons
    if found.category not in queues:
        queues[found.category] = queue_for(found.category)
    return Sorting(found.category, found.priority, queues[found.category], reasons)


def _paragraphs(complaint: Complaint) -> Iterator[str]:
    yield complaint.narrative or "The consumer did not agree to publish what they wrote."
    about = ", ".join(filter(None, [complaint.product, complaint.sub_product]))
    yield f"Complaint {complaint.number} about {complaint.company or 'a company'}: {about}."
    yield f"Received on {complaint.received_on:%-d %B %Y}."
