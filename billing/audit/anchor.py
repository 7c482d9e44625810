"""The head of the chain, written outside the database: cutting off its newest rows cannot reach what stands here.

Each line holds the number and hash of the newest seal and an HMAC over them and the line before. Put the file where
the database's administrators cannot write (docs/operations.md); the same line also goes to the log.
"""

import fcntl
import hmac
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from billing.access.scopes import seeing_as_system
from billing.models import Seal

log = logging.getLogger("redress.audit.anchor")
LONGEST_LINE = 1024


@dataclass(frozen=True, slots=True)
class Anchor:
    at: str
    seq: int
    hash: str
    mac: str

    def is_true_after(self, previous_mac: str) -> bool:
        return hmac.compare_digest(self.mac, _mac(previous_mac, self.at, self.seq, self.hash))


def anchor_head(*, at: datetime) -> Anchor | None:
    """Append the newest seal, if the file does not hold it yet."""
    with seeing_as_system():
        head = Seal.objects.order_by("-seq").first()
    if head is None:
        return None
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two relays may be running
        last = _last_line(file.fileno())
        if last is not None and last.seq >= head.seq:
            return None
        anchor = _signed(at, head, last.mac if last else "")
        line = json.dumps({"at": anchor.at, "seq": anchor.seq, "hash": anchor.hash, "mac": anchor.mac})
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    log.info("audit anchor %s", line)
    return anchor


def anchors() -> Iterator[Anchor]:
    """Every line of the file, in order. A line that cannot be read is an anchor that is not true."""
    try:
        lines = anchor_path().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        yield _parsed(line)


def anchor_path() -> Path:
    return Path(settings.AUDIT_ANCHOR_PATH)


def _signed(at: datetime, head: Seal, previous_mac: str) -> Anchor:
    moment, digest = at.isoformat(), bytes(head.hash).hex()
    return Anchor(moment, head.seq, digest, _mac(previous_mac, moment, head.seq, digest))


def _mac(previous_mac: str, at: str, seq: int, digest: str) -> str:
    text = f"{previous_mac}|{at}|{seq}|{digest}"
    return hmac.new(settings.AUDIT_ANCHOR_KEY.encode(), text.encode(), "sha256").hexdigest()


def _last_line(descriptor: int) -> Anchor | None:
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, LONGEST_LINE, max(0, size - LONGEST_LINE)).decode(errors="replace")
    lines = tail.splitlines()
    return _parsed(lines[-1]) if lines else None


def _parsed(line: str) -> Anchor:
    try:
        found = json.loads(line)
        return Anchor(str(found["at"]), int(found["seq"]), str(found["hash"]), str(found["mac"]))
    except (ValueError, KeyError, TypeError):
        return Anchor("", 0, "", "")
