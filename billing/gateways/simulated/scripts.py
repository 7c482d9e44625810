"""How the simulated provider behaves, chosen by what is asked of it. For the demo and for trying things out.

The last two digits of a refund's amount choose its fate; so does a test token in the id of the charge or intent,
which counts first. Any other amount is refunded at once and shows its bank reference a little later.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

SOON: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Script:
    """What the call answers, and what is sent afterwards: (when, status, reason of failure)."""

    name: str
    answer: str = "succeeded"
    later: tuple[tuple[timedelta, str, str], ...] = ()
    refusal: str = ""  # a code: nothing is made
    lost_answer: bool = False  # it is made, and nobody is told
    unreachable: bool = False  # nothing is made, and nobody answers
    slow: timedelta = timedelta(0)


ARN_LATER: Final = ((SOON, "succeeded", ""),)
SCRIPTS: Final = (
    Script("succeeds", later=ARN_LATER),
    Script("refused", refusal="charge_already_refunded"),
    Script("fails_at_once", answer="failed"),
    Script("pending", answer="pending", later=((SOON, "succeeded", ""),)),
    Script("pending_fails", answer="pending", later=((SOON, "failed", "expired_or_canceled_card"),)),
    Script("fails_later", later=((SOON, "failed", "lost_or_stolen_card"),)),
    Script("times_out", lost_answer=True, later=ARN_LATER),
    Script("unreachable", unreachable=True),
    Script("slow", slow=timedelta(seconds=3), later=ARN_LATER),
)
_TOKEN = re.compile(r"_sim_([a-z]+(?:_[a-z]+)*)")
BY_NAME: Final = {script.name: script for script in SCRIPTS}
BY_LAST_DIGITS: Final = {
    2: "refused",
    13: "fails_at_once",
    17: "fails_later",
    18: "pending",
    19: "times_out",
    23: "slow",
    26: "pending_fails",
    29: "unreachable",
}


def script_for(*, amount_minor: int, target: str) -> Script:
    token = _TOKEN.search(target)
    if token and token[1] in BY_NAME:
        return BY_NAME[token[1]]
    return BY_NAME[BY_LAST_DIGITS.get(amount_minor % 100, "succeeds")]
