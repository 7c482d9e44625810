"""Sealing in a test. The sealer waits for older transactions of the whole cluster, and tests in other processes have
some: what is to be sealed here is waited for."""

from time import monotonic, sleep

from billing.audit.sealer import seal_batch
from billing.audit.verify import waiting

PATIENCE = 90  # seconds; another process may be loading thousands of rows in one transaction


def sealed_of(wanted: int) -> int:
    """How many rows were sealed: as many as are wanted, if they come in time."""
    sealed, end = 0, monotonic() + PATIENCE
    while sealed < wanted and monotonic() < end:
        sealed += seal_batch()
        sleep(0.02)
    return sealed


def seal_all(limit: int = 1000) -> None:
    end = monotonic() + PATIENCE
    while (seal_batch(limit=limit) or waiting()) and monotonic() < end:
        sleep(0.02)
