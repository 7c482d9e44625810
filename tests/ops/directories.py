import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_directory() -> Iterator[Path]:
    """A temporary directory that others may pass through: as root, the database server is another user.

    pytest's own are under a directory that each session of pytest makes private again.
    """
    with tempfile.TemporaryDirectory(prefix="redress-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)
