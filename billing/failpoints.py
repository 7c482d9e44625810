"""Places where a test lets the process die, as a power cut would: ``FAIL_AT=relay.published:3`` kills at the third
time. Without the variable a failpoint is one look into the environment."""

import os
import signal

_seen = 0


def failpoint(name: str) -> None:
    global _seen  # how often this process has passed the place that it is to die at
    wanted, _, nth = os.environ.get("FAIL_AT", "").partition(":")
    if wanted != name:
        return
    _seen += 1
    if _seen >= int(nth or "1"):
        os.kill(os.getpid(), signal.SIGKILL)
