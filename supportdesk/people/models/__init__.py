from supportdesk.people.models.events import IdentityEvent
from supportdesk.people.models.factors import CodeGuard, RecoveryCode, RecoverySet, TotpDevice
from supportdesk.people.models.invites import Invite
from supportdesk.people.models.teams import Membership, Team
from supportdesk.people.models.users import User

__all__ = [
    "CodeGuard",
    "IdentityEvent",
    "Invite",
    "Membership",
    "RecoveryCode",
    "RecoverySet",
    "Team",
    "TotpDevice",
    "User",
]
