"""Every deed about an identity says who, with which roles, from which request, how fresh; and is sealed."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import Settings

from billing.audit.sealer import seal_batch
from billing.audit.sources import sources
from billing.audit.verify import verify
from billing.models import Seal
from supportdesk.people import roles
from supportdesk.people.models import CodeGuard, IdentityEvent, User
from supportdesk.people.states import WRONG_CODES_BEFORE_LOCK
from tests.personas import make_staff, sign_in

TABLE = "people_identityevent"


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


@pytest.mark.django_db(transaction=True)
def test_deeds_are_sealed_and_a_changed_one_is_found(
    agent: User, settings: Settings, tmp_path: Path, owner_connection: "psycopg.Connection[tuple[Any, ...]]"
) -> None:
    settings.AUDIT_ANCHOR_PATH = str(tmp_path / "anchor.log")
    assert TABLE in {source.table for source in sources()}
    while seal_batch():
        pass
    written = set(IdentityEvent.objects.values_list("pk", flat=True))
    assert len(written) > 0
    assert set(Seal.objects.filter(source=TABLE).values_list("source_id", flat=True)) == written
    assert verify().findings == ()

    with owner_connection.transaction():
        owner_connection.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        owner_connection.execute(f"UPDATE {TABLE} SET by_email = 'somebody@else.test'")
        owner_connection.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    assert {finding.kind for finding in verify().findings} == {"changed"}
