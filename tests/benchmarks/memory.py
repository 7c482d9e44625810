"""How much memory a database and the programs that use it hold together, at the most, while something runs."""

from threading import Event, Thread
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.25


class PeakMemory:
    """Of these processes and all their children, in MiB. Pages that several of them share count once (PSS)."""

    def __init__(self, *pids: int) -> None:
        self.pids = pids
        self.mib = 0.0
        self.sampled = 0
        self._over = Event()
        self._thread = Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            held = sum(_tree(pid) for pid in self.pids)
            self.mib = max(self.mib, held / 2**20)
            self.sampled += 1


def _tree(pid: int) -> int:
    try:
        root = psutil.Process(pid)
        return sum(_pss(process) for process in [root, *root.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
