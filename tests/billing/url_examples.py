from typing import Any

from billing.access.scopes import seeing_as_system
from billing.actions.renderings import freeze_bill
from billing.models import BankAccount, Checkout, CreditNote, Refund, StatementFile
from billing.states import CheckoutKind, CreditKind, CreditStatus, RefundStatus, StatementFileStatus
from tests.billing.reconciliation.records import a_line, an_expected
from tests.billing.records import AT, Records
from tests.security.examples import Example
from tests.security.world import OF_THE_TEAM, Caller, World

HIS_OWN = frozenset({Caller.CUSTOMER})


def prepare(world: World) -> None:
    """A refund that is approved: one that waits for approval is not told to the customer. A credit that was issued, and
    visits to the provider's page."""
    records = _records(world)
    with seeing_as_system():
        Refund.objects.filter(pk=records.refund.pk).update(status=RefundStatus.APPROVED)
        bill, customer = records.invoice, records.customer
        world.things["rendering"] = freeze_bill(bill, at=AT)
        world.things["credit"] = CreditNote.objects.create(
            customer=customer,
            invoice=bill,
            reference="CR-example",
            number="CN-2026-000007",
            kind=CreditKind.GOODWILL,
            status=CreditStatus.ISSUED,
            amount_minor=100,
            currency=bill.currency,
            idempotency_key="example",
            request_hash="0" * 64,
            requested_by=world.people[Caller.AGENT],
            requested_at=AT,
            issued_at=AT,
        )
        world.things["visit"] = Checkout.objects.create(
            customer=customer,
            kind=CheckoutKind.METHOD,
            reference="V-example",
            agreement=records.agreement,
            currency=bill.currency,
            provider="simulated",
            created_at=AT,
            expires_at=AT,
        )
        world.things["bank account"] = BankAccount.objects.create(name="Ours", number="0042", currency="EUR")
        world.things["statement file"] = StatementFile.objects.create(
            filename="bank.csv", sha256="0" * 64, size_bytes=1, status=StatementFileStatus.NEEDS_MAPPING
        )
        world.things["statement line"] = a_line(amount_minor=100)
        world.things["expected money"] = an_expected(records.payment)


def _records(world: World) -> Records:
    records: Records = world.things["own records"]
    return records


def _case(world: World) -> dict[str, Any]:
    return {"ref": str(world.things["own ticket"].pk)}


def _payment(world: World) -> dict[str, Any]:
    return {**_case(world), "payment_id": _records(world).payment.pk}


def _bill(world: World) -> dict[str, Any]:
    return {**_case(world), "invoice_id": _records(world).invoice.pk}


def _number(world: World) -> dict[str, Any]:
    return {"number": _records(world).invoice.number}


def _field(world: World) -> dict[str, Any]:
    return {**_case(world), "kind": "payment_method", "object_id": _records(world).method.pk, "field": "details"}


def _line(world: World) -> dict[str, Any]:
    return {"line_id": world.things["statement line"].pk}


def _expected(world: World) -> dict[str, Any]:
    return {"expected_id": world.things["expected money"].pk}


OF_A_LINE = ("reconciliation_line", "split_line", "write_off_line", "set_line_aside", "bring_line_back")
OF_EXPECTED = ("reconciliation_expected", "write_off_expected")
OF_A_MATCH = ("accept_match", "reject_match", "approve_match", "refuse_match")
OF_A_DISCREPANCY = ("ask_about_discrepancy", "explain_discrepancy")

EXAMPLES = {
    "billing:panel": Example(_case, seen_by=OF_THE_TEAM),
    "billing:compare_for_case": Example(_case, seen_by=OF_THE_TEAM),
    "billing:compare_own": Example(),
    "billing:reveal": Example(_field, seen_by=OF_THE_TEAM),
    "billing:refund_form": Example(_payment, seen_by=OF_THE_TEAM),
    "billing:ask_refund": Example(_payment, seen_by=OF_THE_TEAM),
    "billing:credit_form": Example(_bill, seen_by=OF_THE_TEAM),
    "billing:ask_credit": Example(_bill, seen_by=OF_THE_TEAM),
    "billing:withdraw_refund": Example(
        lambda world: {**_case(world), "refund_id": _records(world).refund.pk},
        seen_by=OF_THE_TEAM,
        also=frozenset({409, 422}),
    ),
    "billing:print_bill": Example(_number, seen_by=HIS_OWN),
    "billing:print_bill_version": Example(lambda world: {**_number(world), "version": 1}, seen_by=HIS_OWN),
    "billing:pay_bill": Example(_number, seen_by=HIS_OWN, also=frozenset({409})),
    "billing:withdraw_credit": Example(
        lambda world: {**_case(world), "note_id": world.things["credit"].pk},
        seen_by=OF_THE_TEAM,
        also=frozenset({409, 422}),
    ),
    "billing:credit": Example(lambda world: {"number": world.things["credit"].number}, seen_by=HIS_OWN),
    "billing:methods": Example(),
    "billing:change_method": Example(
        lambda world: {"reference": _records(world).agreement.reference}, seen_by=HIS_OWN, also=frozenset({409})
    ),
    "billing:visit": Example(lambda world: {"reference": world.things["visit"].reference}, seen_by=HIS_OWN),
    "billing:simulated_page": Example(lambda world: {"token": "cs_sim_none"}, also=frozenset({404})),
    "billing:bills": Example(),
    "billing:payments": Example(),
    "billing:bill": Example(lambda world: {"number": _records(world).invoice.number}, seen_by=HIS_OWN),
    "billing:payment": Example(lambda world: {"reference": _records(world).payment.reference}, seen_by=HIS_OWN),
    "billing:refund": Example(lambda world: {"reference": _records(world).refund.reference}, seen_by=HIS_OWN),
    "billing:statements": Example(),
    "billing:upload_statement": Example(),
    "billing:bank_accounts": Example(),
    "billing:bank_account": Example(lambda world: {"account_id": world.things["bank account"].pk}),
    "billing:statement_file": Example(lambda world: {"file_id": world.things["statement file"].pk}),
    "billing:statement_progress": Example(lambda world: {"file_id": world.things["statement file"].pk}),
    # It asks about its columns, not its account: the answer is a message on its page.
    "billing:add_statement_accounts": Example(lambda world: {"file_id": world.things["statement file"].pk}),
    "billing:refuse_statement_file": Example(lambda world: {"file_id": world.things["statement file"].pk}),
    # Its bytes are not there: the view says so, after everything else was asked.
    "billing:statement_columns": Example(lambda world: {"file_id": world.things["statement file"].pk}),
    "hooks:stripe": Example(),
    "billing:reconciliation": Example(),
    "billing:matches_waiting": Example(),
    **{f"billing:{name}": Example(_line, also=frozenset({409})) for name in OF_A_LINE},
    **{f"billing:{name}": Example(_expected, also=frozenset({409})) for name in OF_EXPECTED},
    # What these name is not there: the refusal is a message on the page that one comes back to.
    **{f"billing:{name}": Example(lambda world: {"match_id": 1}) for name in OF_A_MATCH},
    **{f"billing:{name}": Example(lambda world: {"discrepancy_id": 1}) for name in OF_A_DISCREPANCY},
    "billing:undo_part": Example(lambda world: {"part_id": 1}),
    "billing:move_payment": Example(lambda world: {"payment_id": _records(world).payment.pk}),
}
