"""The demo's desk: a team, its queues, and the people who may sign in."""

from typing import Final

from django.contrib.auth.models import Group

from billing.models import GoodwillBudget, Promotion, ReconciliationLimit, RefundLimit
from supportdesk.demo.conversations import Desk
from supportdesk.demo.sign_ins import PASSWORD
from supportdesk.people import roles
from supportdesk.people.actions.demo import create_demo_staff
from supportdesk.people.models import Team
from supportdesk.tickets.models import Macro, Queue
from supportdesk.tickets.states import Category

QUEUES: Final = (
    (
        "Payments",
        "payments",
        4 * 60,
        (Category.PAYMENT_FAILED, Category.AUTOPAY, Category.MISSING_OR_DUPLICATE, Category.OTHER),
    ),
    (
        "Bills and policies",
        "bills",
        8 * 60,
        (Category.WRONG_AMOUNT, Category.POLICY_CHANGE, Category.PROMOTION, Category.PROOF_NEEDED),
    ),
    ("Refunds and disputes", "refunds", 2 * 60, (Category.REFUND_LATE, Category.UNAUTHORISED)),
)
BACK_OFFICE: Final = ("Site and app", "site", 24 * 60, (Category.APP_OR_SITE,))
# Role, currency, limit in minor units, refunds in 24 hours.
LIMITS: Final = (
    (roles.AGENT, "USD", 200_00, 20),
    (roles.AGENT, "EUR", 200_00, 20),
    (roles.SUPERVISOR, "USD", 1_000_00, 50),
    (roles.SUPERVISOR, "EUR", 1_000_00, 50),
)
# Role, currency, limit of one grant of goodwill, and of all in a month.
BUDGETS: Final = (
    (roles.AGENT, "USD", 25_00, 500_00),
    (roles.AGENT, "EUR", 25_00, 500_00),
    (roles.SUPERVISOR, "USD", 100_00, 2_000_00),
    (roles.SUPERVISOR, "EUR", 100_00, 2_000_00),
)
# Currency, what finance may match and may write off without a second person.
FINANCE_LIMITS: Final = (("USD", 1_000_00, 25_00), ("EUR", 1_000_00, 25_00))
PROMOTION: Final = ("SPRING5", "Spring promotion", "USD", 5_00)
MACROS: Final = (
    (
        "Ask for the day and the amount",
        "could you tell us the day and the amount that your bank shows? Then we can find it at once.",
    ),
    (
        "We are looking into it",
        "thank you for telling us. We are looking into it and write to you again by tomorrow.",
    ),
    (
        "Put right, please check",
        "we have put it right. Please look whether all is well now, and tell us under question {{ ticket.number }}.",
    ),
)
LETTER: Final = "Hello {{ customer.first_name }},\n\n%s\n\nKind regards\n{{ agent.first_name }}"


def prepare_desk() -> Desk:
    """Make what is missing; safe to repeat."""
    team, _ = Team.objects.get_or_create(name="Money desk")
    back_office, _ = Team.objects.get_or_create(name="Back office")
    staff = create_demo_staff(password=PASSWORD, team=team)
    queues = [_queue(position, row, team) for position, row in enumerate(QUEUES)]
    _queue(len(QUEUES), BACK_OFFICE, back_office)
    for role, currency, limit_minor, daily_count in LIMITS:
        RefundLimit.objects.get_or_create(
            group=Group.objects.get(name=role),
            currency=currency,
            defaults={"limit_minor": limit_minor, "daily_count": daily_count},
        )
    for role, currency, grant_limit_minor, monthly_minor in BUDGETS:
        GoodwillBudget.objects.get_or_create(
            group=Group.objects.get(name=role),
            currency=currency,
            defaults={"grant_limit_minor": grant_limit_minor, "monthly_minor": monthly_minor},
        )
    for currency, match_minor, write_off_minor in FINANCE_LIMITS:
        ReconciliationLimit.objects.get_or_create(
            group=Group.objects.get(name=roles.FINANCE),
            currency=currency,
            defaults={"match_minor": match_minor, "write_off_minor": write_off_minor},
        )
    code, name, currency, amount_off_minor = PROMOTION
    Promotion.objects.get_or_create(
        code=code, defaults={"name": name, "currency": currency, "amount_off_minor": amount_off_minor}
    )
    for position, (name, words) in enumerate(MACROS):
        Macro.objects.get_or_create(name=name, defaults={"body": LETTER % words, "position": position})
    agents = tuple((user.pk, str(user)) for user in staff if roles.AGENT in user.roles)
    return Desk(queues=tuple(queue.pk for queue in queues), agents=agents)


def _queue(position: int, row: tuple[str, str, int, tuple[Category, ...]], team: Team) -> Queue:
    name, slug, first_reply_minutes, categories = row
    queue, _ = Queue.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "team": team,
            "position": position,
            "first_reply_minutes": first_reply_minutes,
            "categories": [str(category) for category in categories],
        },
    )
    return queue
