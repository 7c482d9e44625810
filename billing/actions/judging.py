"""Brings made-up histories in by the doors of real ones, asks the diagnosis, and takes it all back.

Each block of customers is a transaction that is rolled back: nothing of it is ever in the database for anybody else.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from io import StringIO
from itertools import groupby
from random import Random
from typing import Any, Final, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions import statement_bytes
from billing.actions.bank_answers import take_bank_answers
from billing.actions.bulk.loading import Order, take
from billing.actions.inbox import apply_event
from billing.actions.intake import store_event
from billing.actions.reconciliation.run import reconcile
from billing.actions.refunds import approve_refund, reject_refund, request_refund
from billing.actions.sending import send_refund
from billing.actions.statement_answers import add_accounts_of
from billing.actions.statements import import_statement_file, receive_statement_file
from billing.bulk.checking import Refusal, check
from billing.bulk.columns import KINDS
from billing.bulk.reading import read_records
from billing.diagnosis import Diagnosis, diagnose
from billing.diagnosis.findings import RecordKind
from billing.diagnosis_facts import diagnosis_facts_of
from billing.gateways.base import GatewayTimeout
from billing.gateways.simulated.gateway import SimulatedGateway
from billing.gateways.stripe.bodies import read_body
from billing.gateways.stripe.events import read_envelope
from billing.judging.bank import as_bank_files
from billing.judging.events import as_events
from billing.judging.files import as_files
from billing.judging.scoring import Case, Said
from billing.judging.world import Asked, World
from billing.locks import lift_limits, wait_for_locks
from billing.models import Agreement, Customer, Invoice, Payment, PaymentMethod, ProviderEvent, Refund, StatementRemark
from billing.references import reference_of
from billing.states import InboxStatus, RefundReason, StatementFileStatus

BLOCK: Final = 150  # customers in one transaction: each object told by events holds an advisory lock until it ends
NO_NEWS: Final = timedelta(days=-36_500)  # some of these people live in years to come
FILES: Final = "judge"
EVENTS: Final = "stripe"

Names = dict[tuple[RecordKind, int], str]


class NotTaken(Exception):
    """A document was refused or held where a real one of that kind would have to be taken."""


class _Silent(SimulatedGateway):
    """A provider that takes the order and never answers."""

    def create_refund(self, order: object) -> NoReturn:
        raise GatewayTimeout("No answer in time.")


def judge(worlds: Iterable[World], *, seed: int, noise: float, by_events: float, block: int = BLOCK) -> Iterator[Case]:
    """``by_events``: the share of those who can come by either door that comes by the provider's events."""
    for number, members in groupby(enumerate(worlds), key=lambda item: item[0] // block):
        yield from judge_block(number, [world for _, world in members], seed=seed, noise=noise, by_events=by_events)


def judge_block(number: int, worlds: Sequence[World], *, seed: int, noise: float, by_events: float) -> list[Case]:
    random = Random(f"documents {seed}:{number}")  # noqa: S311  # reproducible, no secret
    with transaction.atomic(), seeing_as_system():
        lift_limits()
        wait_for_locks()  # a block beside this one may hold what both need until it is judged
        cases = _judge_block(worlds, random, noise=noise, by_events=by_events)
        transaction.set_rollback(True)
    return cases


def _judge_block(worlds: Sequence[World], random: Random, *, noise: float, by_events: float) -> list[Case]:
    doors = {world.id: _door(world, random, by_events) for world in worlds}
    by_files = [world for world in worlds if doors[world.id] == "files"]
    _by_files(by_files, random)
    for world in worlds:
        if doors[world.id] == "events":
            _by_events(world, random, noise=noise)
    asked: Names = {}
    for world in worlds:
        for each in world.asked:
            asked[RecordKind.REFUND, _at_the_desk(each, FILES if doors[world.id] == "files" else EVENTS)] = each.id
    _by_the_bank(by_files, random)  # last: a run of matching holds its lock until the block is taken back
    return _cases(worlds, doors, asked)


def _door(world: World, random: Random, by_events: float) -> str:
    if len(world.doors) == 1:
        return min(world.doors)
    return "events" if random.random() < by_events else "files"


def load_files(worlds: Sequence[World]) -> None:
    """By the company's files alone. In a transaction and scope of the caller's, who takes it back or keeps it."""
    _by_files(worlds, Random("files"))  # noqa: S311  # reproducible, no secret


def _by_files(worlds: Sequence[World], random: Random) -> None:
    if not worlds:
        return
    refusals: list[Refusal] = []
    for kind, (ending, text) in as_files(worlds, random).items():
        order = Order(kind, FILES, at=timezone.now(), news=NO_NEWS)
        records = read_records(StringIO(text, newline=""), KINDS[kind], json_lines=ending == "jsonl")
        rows = (check(record, KINDS[kind]) for record in records)
        for _ in take(rows, order=order, run=None, refuse=refusals.append):
            pass
        if refusals:
            raise NotTaken(f"{kind}, line {refusals[0].line}: {refusals[0].reason}")


def _by_the_bank(worlds: Sequence[World], random: Random) -> None:
    """What only the bank's own files tell: uploaded, read and matched as finance does it."""
    files = as_bank_files(worlds, random, provider=FILES)
    for name, content in files:
        file = receive_statement_file([content], filename=name, account=None, by=None).file
        import_statement_file(file.pk, at=timezone.now())
        file.refresh_from_db()
        if file.status == StatementFileStatus.NEEDS_ACCOUNT:
            add_accounts_of(file.pk)
            import_statement_file(file.pk, at=timezone.now())
            file.refresh_from_db()
        statement_bytes.drop(file.sha256)
        remark = StatementRemark.objects.filter(file=file).first()
        if file.status != StatementFileStatus.IMPORTED or remark is not None:
            raise NotTaken(f"{name}: {remark or file.status_reason}")
    if files:
        reconcile(at=timezone.now())
        take_bank_answers(at=timezone.now())


def _by_events(world: World, random: Random, *, noise: float) -> None:
    ids = []
    for told in as_events(world, random, noise=noise, live=settings.STRIPE_LIVE_MODE):
        body = read_body(json.dumps(told).encode())
        if store_event(read_envelope(body), body, provider=EVENTS):
            ids.append(told["id"])
    events = ProviderEvent.objects.filter(provider=EVENTS, event_id__in=ids)
    arrived = dict(events.values_list("event_id", "pk"))
    for event_id in ids:
        apply_event(arrived[event_id], at=world.at)
    held = events.exclude(status__in=[InboxStatus.APPLIED, InboxStatus.IGNORED]).first()
    if held is not None:
        raise NotTaken(f"{held.kind} of {world.id} is {held.status}: {held.status_reason}")


def _at_the_desk(asked: Asked, provider: str) -> int:
    payment = Payment.objects.get(provider=provider, external_id=asked.payment.id)
    refund = request_refund(
        payment.pk,
        amount_minor=asked.amount,
        reason=RefundReason.GOODWILL,
        by=_person("agent", asked),
        case_ref="",
        idempotency_key=f"judge:{asked.id}",
        at=asked.at,
    )
    if asked.end == "rejected":
        reject_refund(refund.pk, by=_person("lead", asked), note="No.", at=asked.at)
    elif asked.end == "unanswered":
        approve_refund(refund.pk, by=_person("lead", asked), note="Yes.", at=asked.at)
        send_refund(refund.pk, gateway=_Silent(), at=asked.at)
    return refund.pk


def _person(role: str, asked: Asked) -> AbstractBaseUser:
    """Of their own for each: nobody waits for another block's."""
    people = get_user_model()._default_manager
    person: AbstractBaseUser = people.get_or_create(email=f"judge-{role}-{asked.id}@redress.invalid")[0]
    return person


def _cases(worlds: Sequence[World], doors: dict[str, str], asked: Names) -> list[Case]:
    """Diagnosed together where they are looked at in the same moment, as a nightly run would."""
    named = {f"cus_{world.id}": world for world in worlds}
    customers = Customer.objects.filter(provider__in=[FILES, EVENTS], external_id__in=named)
    worlds_of = {pk: named[external_id] for pk, external_id in customers.values_list("pk", "external_id")}
    names = _names(list(worlds_of)) | asked
    cases = []
    for at, members in groupby(sorted(worlds_of, key=lambda pk: worlds_of[pk].at), key=lambda pk: worlds_of[pk].at):
        for pk, facts in diagnosis_facts_of(list(members), at=at).items():
            world = worlds_of[pk]
            disputes = {reference_of("D", EVENTS, dispute.id): dispute.id for dispute in world.disputes}
            said = tuple(_said(diagnose(facts, at=at), names, disputes))
            cases.append(Case(world.id, doors[world.id], tuple(sorted(world.labels)), said))
    return cases


def _said(diagnosis: Diagnosis, names: Names, disputes: dict[str, str]) -> Iterator[Said]:
    for finding in diagnosis.findings:
        if finding.code != "nothing_wrong":
            shown = (names.get((each.kind, each.id), disputes.get(each.reference, "")) for each in finding.evidence)
            yield Said(finding.code, frozenset(shown), finding.headline)


def _names(customers: Sequence[int]) -> Names:
    named: dict[RecordKind, Any] = {
        RecordKind.AGREEMENT: Agreement.objects,
        RecordKind.INVOICE: Invoice.objects,
        RecordKind.PAYMENT: Payment.objects,
        RecordKind.METHOD: PaymentMethod.objects,
        RecordKind.REFUND: Refund.objects,
    }
    return {
        (kind, pk): external_id
        for kind, rows in named.items()
        for pk, external_id in rows.filter(customer__in=customers).values_list("pk", "external_id")
    }
