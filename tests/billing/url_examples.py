from typing import Any

from billing.access.scopes import seeing_as_system
from billing.models import Refund
from billing.states import RefundStatus
from tests.billing.records import Records
from tests.security.examples import Example
from tests.security.world import OF_THE_TEAM, Caller, World

HIS_OWN = frozenset({Caller.CUSTOMER})


def prepare(world: World) -> None:
    """A refund that is approved: one that waits for approval is not told to the customer."""
    with seeing_as_system():
        Refund.objects.filter(pk=_records(world).refund.pk).update(status=RefundStatus.APPROVED)


def _records(world: World) -> Records:
    records: Records = world.things["own records"]
    return records


def _case(world: World) -> dict[str, Any]:
    return {"ref": str(world.things["own ticket"].pk)}


def _payment(world: World) -> dict[str, Any]:
    return {**_case(world), "payment_id": _records(world).payment.pk}


def _field(world: World) -> dict[str, Any]:
    return {**_case(world), "kind": "payment_method", "object_id": _records(world).method.pk, "field": "details"}


EXAMPLES = {
    "billing:panel": Example(_case, seen_by=OF_THE_TEAM),
    "billing:reveal": Example(_field, seen_by=OF_THE_TEAM),
    "billing:refund_form": Example(_payment, seen_by=OF_THE_TEAM),
    "billing:ask_refund": Example(_payment, seen_by=OF_THE_TEAM),
    "billing:bills": Example(),
    "billing:payments": Example(),
    "billing:bill": Example(lambda world: {"number": _records(world).invoice.number}, seen_by=HIS_OWN),
    "billing:payment": Example(lambda world: {"reference": _records(world).payment.reference}, seen_by=HIS_OWN),
    "billing:refund": Example(lambda world: {"reference": _records(world).refund.reference}, seen_by=HIS_OWN),
    "hooks:stripe": Example(),
}
