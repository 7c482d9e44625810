"""Which role may do what: the one table. Groups in the database are a copy, written after every migration.

``view:tickets`` stands for the view permission of every model of the app, for the admin site's lists.
"""

from collections.abc import Mapping
from typing import Final

AGENT: Final = "agent"
SUPERVISOR: Final = "supervisor"
FINANCE: Final = "finance"
AUDITOR: Final = "auditor"
ADMINISTRATOR: Final = "administrator"

WORK: Final = frozenset(
    {
        "tickets.read_tickets",
        "tickets.work_tickets",
        "billing.view_payment_data",
        "billing.reveal_payment_data",
        "billing.request_refund",
        "billing.request_credit",
    }
)
LEAD: Final = frozenset(
    {
        "tickets.read_every_queue",
        "tickets.review_escalations",
        "tickets.add_macro",
        "tickets.change_macro",
        "tickets.change_queue",
        "billing.approve_refund",
        "billing.approve_credit",
        "billing.read_audit",
        "people.see_colleagues",
        # Not the administrator's: who gives roles and could also take a factor away would be anybody within a mail.
        "people.reset_factor",
        "people.enter_admin",
        "view:tickets",
        "view:people",
        "view:helpsite",
        "view:channels",
    }
)

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    AGENT: WORK,
    SUPERVISOR: WORK | LEAD,
    FINANCE: frozenset(
        {
            "tickets.read_tickets",
            "tickets.read_every_queue",
            "billing.view_payment_data",
            "billing.reveal_payment_data",
            "billing.approve_refund",
            "billing.approve_credit",
            "billing.reconcile_statements",
            "billing.add_promotion",
            "billing.change_promotion",
            "people.enter_admin",
            "view:billing",
            "view:disputes",
        }
    ),
    AUDITOR: frozenset(
        {
            "tickets.read_tickets",
            "tickets.read_every_queue",
            "billing.view_payment_data",
            "billing.read_audit",
            "people.enter_admin",
            "view:tickets",
            "view:people",
            "view:billing",
            "view:disputes",
        }
    ),
    # Runs the desk and sees no money: whoever gives out roles must not need one.
    ADMINISTRATOR: frozenset(
        {
            "people.manage_people",
            "billing.replay_messages",
            # Who sets how much a role may give away gives away nothing.
            "billing.view_refundlimit",
            "billing.add_refundlimit",
            "billing.change_refundlimit",
            "billing.view_goodwillbudget",
            "billing.add_goodwillbudget",
            "billing.change_goodwillbudget",
            "billing.view_reconciliationlimit",
            "billing.add_reconciliationlimit",
            "billing.change_reconciliationlimit",
            "people.see_colleagues",
            "people.enter_admin",
            "people.add_team",
            "people.change_team",
            "people.delete_team",
            "people.add_membership",
            "people.change_membership",
            "people.delete_membership",
            "tickets.view_queue",
            "tickets.add_queue",
            "tickets.change_queue",
            "view:people",
            "view:helpsite",
            "view:channels",
            "helpsite.add_article",
            "helpsite.change_article",
            "helpsite.add_category",
            "helpsite.change_category",
        }
    ),
}
ROLES: Final = tuple(PERMISSIONS)


def words_for(role: str) -> str:
    return role.capitalize()
