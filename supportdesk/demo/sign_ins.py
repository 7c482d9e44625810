"""Who can sign in to the demo. ``load_demo`` makes these people; ``make run`` prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    role: str
    email: str
    needs_factor: bool = True


PASSWORD = "well-kept ledger"  # noqa: S105  # for the demo alone, where it is printed on the screen
SIGN_INS = (
    SignIn("customer", "customer@redress.example", needs_factor=False),
    SignIn("agent", "agent@redress.example"),
    SignIn("supervisor", "supervisor@redress.example"),
    SignIn("finance", "finance@redress.example"),
)
