"""The bytes of an uploaded statement, from the upload to the end of its import: readable by us alone, served to nobody.

They are named by their hash, so the same file is kept once. Web and worker see the same directory.
"""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, Final

from django.conf import settings

from billing.redaction import redact_bytes
from billing.statements.cleaning import may_hold_secret
from billing.statements.read import LARGEST
from billing.statements.records import StatementRefused

FORGOTTEN_AFTER: Final = timedelta(days=30)  # bytes whose columns nobody has named, or whose upload broke off


@dataclass(frozen=True, slots=True)
class Kept:
    sha256: str
    size_bytes: int


def directory() -> Path:
    path = Path(settings.STATEMENT_STORAGE)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(chunks: Iterable[bytes]) -> Kept:
    """Write them away as they come; what grows beyond the limit is refused and gone."""
    digest, size = sha256(), 0
    number, name = tempfile.mkstemp(dir=directory(), prefix="coming-")  # 0600
    try:
        with os.fdopen(number, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise StatementRefused("The file is larger than 200 MB; ask the bank for shorter periods.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(directory() / digest.hexdigest())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Kept(digest.hexdigest(), size)


def open_kept(sha: str) -> BinaryIO:
    try:
        return (directory() / sha).open("rb")
    except FileNotFoundError:
        raise StatementRefused("The uploaded file is no longer here; upload it again.") from None


def spool() -> IO[bytes]:
    """A place for rows between reading and writing; it is gone with its process."""
    return tempfile.TemporaryFile(dir=directory())


def strike_out_cards(sha: str) -> None:
    """For a file that waits for a person, which may be weeks. It goes on being named by the bytes that came."""
    number, name = tempfile.mkstemp(dir=directory(), prefix="coming-")
    try:
        with os.fdopen(number, "wb") as clean, open_kept(sha) as lines:
            for line in lines:
                clean.write(redact_bytes(line) if may_hold_secret(line.decode("latin-1")) else line)
        Path(name).replace(directory() / sha)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def drop(sha: str) -> None:
    with suppress(FileNotFoundError):
        (directory() / sha).unlink()


def forget_leftovers(*, at: datetime) -> int:
    """What no import will come for any more."""
    gone = 0
    for path in directory().iterdir():
        if path.is_file() and path.stat().st_mtime < (at - FORGOTTEN_AFTER).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
