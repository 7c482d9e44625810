"""What follows from new statement lines: whoever matches them is told in the transaction that brought them."""

from typing import Final

from billing.models import StatementFile
from billing.outbox import enqueue

MATCHING: Final = "billing.tasks.reconcile_new_lines"


def announce_lines(file: StatementFile) -> None:
    enqueue(MATCHING, key=f"statement_file:{file.pk}:match", payload={"file_id": file.pk})
