"""Who may sign in to the demo. `make run` prints it; nothing of Django is needed to read it."""

from dataclasses import dataclass
from typing import Final

# Not a secret: it opens the demo alone, and the action that gives it to anybody refuses to run in production.
PASSWORD: Final = "well-kept ledger"  # noqa: S105


@dataclass(frozen=True, slots=True)
class SignIn:
    role: str
    name: str
    email: str
    needs_factor: bool = True


CUSTOMER: Final = SignIn("customer", "Lena Ortiz", "customer@redress.example", needs_factor=False)
AGENT: Final = SignIn("agent", "Ana Ruiz", "agent@redress.example")
SIGN_INS: Final = (
    CUSTOMER,
    AGENT,
    SignIn("agent", "Tom Baker", "tom@redress.example"),
    SignIn("supervisor", "Mira Holt", "supervisor@redress.example"),
    SignIn("finance", "Jonas Lind", "finance@redress.example"),
    SignIn("auditor", "Edith Okoro", "auditor@redress.example"),
    SignIn("administrator", "Sam Adeyemi", "admin@redress.example"),
)
