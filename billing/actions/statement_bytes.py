"""The bytes of an uploaded statement, from the upload to the end of its import: readable by us alone, served to nobody.

They are named by their hash, so the same file is kept once. Web and worker see the same directory. Of a file that waits
for a person, which may be weeks, no plain copy lies there: a CSV without its columns has its cards struck out, for its
page to show; any other is sealed, since striking out would break what a bank writes in fixed places.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from django.conf import settings

from billing.fieldcrypt import CannotOpen
from billing.filecrypt import open_file, seal_file
from billing.redaction import redact_bytes
from billing.statements.cleaning import may_hold_secret
from billing.statements.read import LARGEST
from billing.statements.records import StatementRefused

FORGOTTEN_AFTER: Final = timedelta(days=30)  # bytes that nobody has answered about, or whose upload broke off
_GONE: Final = "The uploaded file is no longer here; upload it again."


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
    number, name = tempfile.mkstemp(dir=directory(), prefix="coming-")  # 0600; its name is known when it has come
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
    with suppress(FileNotFoundError):
        return (directory() / sha).open("rb")
    try:
        return _unsealed(sha)
    except (FileNotFoundError, CannotOpen):
        raise StatementRefused(_GONE) from None


def _unsealed(sha: str) -> BinaryIO:
    """Into a file without a name, which is gone when it is closed."""
    with _sealed(sha).open("rb") as sealed:
        plain = cast(BufferedRandom, spool())
        try:
            open_file(sealed, plain, bound_to=f"statement:{sha}")
        except BaseException:
            plain.close()
            raise
    plain.seek(0)
    return plain


def _sealed(sha: str) -> Path:
    return directory() / f"sealed-{sha}"


def spool() -> IO[bytes]:
    """A place for rows between reading and writing; it is gone with its process."""
    return tempfile.TemporaryFile(dir=directory())


def strike_out_cards(sha: str, *, progress: Callable[[int, int], None]) -> None:
    """It goes on being named by the bytes that came. ``progress`` hears of lines, and of bytes."""
    with _written_whole(directory() / sha) as clean, open_kept(sha) as lines:
        for number, line in enumerate(lines):
            clean.write(redact_bytes(line) if may_hold_secret(line.decode("latin-1")) else line)
            if number % 1000 == 0:
                progress(number, lines.tell())


def seal(sha: str) -> None:
    """Safe to repeat: sealed before, there may be no plain copy any more."""
    with suppress(FileNotFoundError), (directory() / sha).open("rb") as plain:
        with _written_whole(_sealed(sha)) as sealed:
            seal_file(plain, sealed, bound_to=f"statement:{sha}")
        (directory() / sha).unlink()


@contextmanager
def _written_whole(path: Path) -> Iterator[IO[bytes]]:
    """There under its name when all of it is written, or not at all."""
    number, name = tempfile.mkstemp(dir=directory(), prefix="coming-")  # 0600
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def drop(sha: str) -> None:
    for path in (directory() / sha, _sealed(sha)):
        path.unlink(missing_ok=True)


def forget_leftovers(*, at: datetime) -> int:
    """What no import will come for any more."""
    gone = 0
    for path in directory().iterdir():
        if path.is_file() and path.stat().st_mtime < (at - FORGOTTEN_AFTER).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
