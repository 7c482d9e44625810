"""Every deed about an identity says who, with which roles, from which request, how fresh."""

import pytest

from supportdesk.people import roles
from supportdesk.people.models import CodeGuard, IdentityEvent, User
from supportdesk.people.states import WRONG_CODES_BEFORE_LOCK
from tests.personas import make_staff, sign_in


@pytest.mark.django_db
def test_a_deed_says_all_that_an_audit_asks(agent: User) -> None:
    chief = make_staff("chief@desk.test", roles.ADMINISTRATOR)

    answer = sign_in(chief).post(f"/factor/staff/{agent.pk}/roles/", {"roles": ["auditor"]})

    assert answer.status_code == 302
    event = IdentityEvent.objects.get(deed="roles_changed", by_id=chief.pk)
    assert (event.role, event.outcome, event.real_actor_id) == ("administrator", "done", None)
    assert str(event.request_id) == answer["X-Request-ID"]
    assert event.factor_age_seconds in range(60)


@pytest.mark.django_db(transaction=True)
def test_being_locked_out_is_a_refusal(agent: User) -> None:
    client = sign_in(agent, factor="none")
    CodeGuard.objects.create(user=agent, failures=WRONG_CODES_BEFORE_LOCK - 1)
    client.post("/factor/prove/", {"code": "000000"})

    event = IdentityEvent.objects.get(deed="codes_locked")
    assert (event.outcome, event.by_id, event.role) == ("refused", None, "")
