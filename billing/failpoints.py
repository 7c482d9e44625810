"""Places where a test lets the process die, as a power cut would: ``FAIL_AT=relay.published:3`` kills at the third
time. Without the variable a failpoint is one comparison."""

import os
import signal
from typing import Final

_NAME, _, _NTH = os.environ.get("FAIL_AT", "").partition(":")
_seen = 0

FAIL_AT: Final = _NAME


def failpoint(name: str) -> None:
    global _seen  # a count of this process, like the variable it obeys
    if name != FAIL_AT:
        return
    _seen += 1
    if _seen >= int(_NTH or "1"):
        os.kill(os.getpid(), signal.SIGKILL)
