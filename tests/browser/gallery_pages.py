"""The pages of the style gallery and the facts on them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

TOPICS = [
    ("A payment did not go through", "Find out why and what to do, in a minute"),
    ("My bill is not what I expected", "See line by line what changed"),
    ("I was charged twice", "Often a hold that falls away. Check yours"),
    ("Where is my refund?", "Follow it to your bank, with dates"),
    ("I do not know this charge", "Look it up, or report it now"),
    ("Autopay stopped", "New card, expired card, bank refused"),
    ("My policy changed", "What a change does to your bill"),
    ("A code or discount did not work", "We say exactly which rule it missed"),
    ("Something else", "Ask us. We answer today"),
]

COLUMNS = ("subject", "amount", "who", "about", "category", "kind", "why", "age")
ROWS = [
    dict(zip(COLUMNS, row, strict=True))
    for row in [
        ("Charged twice", "−$125.00", "Lena Ortiz", "41 s apart", "Motor policy", "legal", "Legal: 2 days left", "3 h"),
        ("Refund still not here", "$84.50", "Sam Okafor", "R-2231 failed", "Refund", "soon", "Today 16:00", "1 d"),
        ("Autopay declined", "$61.00", "Mei Tanaka", "2 retries left", "Autopay", "soon", "Reply in 42 min", "18 min"),
        ("My bill went up", "$140.00", "Jon Weiss", "rider +10.00", "Bill amount", "later", "Reply in 3 h", "26 min"),
    ]
]


def _person(name: str, *, is_staff: bool = True) -> SimpleNamespace:
    return SimpleNamespace(
        is_authenticated=True,
        is_staff=is_staff,
        may_read_tickets=is_staff,
        home="/desk/" if is_staff else "/my/",
        email="ana@redress.example",
        get_full_name=name,
        get_short_name=name.partition(" ")[0],
    )


_fresh = {"fresh": True, "proved_at": datetime(2026, 11, 21, 12, 0, tzinfo=UTC), "minutes_ago": 3, "seconds_left": 700}
_desk = {"user": _person("Ana Ruiz"), "rows": ROWS}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "customer": ("components/gallery.html", {"scale": "customer"}),
    "desk": ("components/gallery.html", {"scale": "desk"}),
    "help": ("components/gallery/help_home.html", {"topics": TOPICS}),
    "portal": ("components/gallery/portal_ticket.html", {"user": _person("Lena Ortiz", is_staff=False)}),
    "open": ("components/gallery/desk_ticket.html", {**_desk, "factor": _fresh}),
    "locked": ("components/gallery/desk_ticket.html", {**_desk, "factor": {"fresh": False}, "locked": True}),
    "expiring": ("components/gallery/desk_ticket.html", {**_desk, "factor": {**_fresh, "seconds_left": 4}}),
    "behaviours": ("components/gallery/trial.html", {"user": _person("Ana Ruiz")}),
}
