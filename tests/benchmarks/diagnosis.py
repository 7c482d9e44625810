"""What a diagnosis costs: one customer with five years of history, and ten thousand in a row."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from billing.judging.lives import add_bill, new_method, take, usual_lines
from billing.judging.world import Agreement, World
from tests.benchmarks.results import Figure, at_least, at_most, seen

BILLS_A_YEAR = 24  # two contracts, billed monthly
YEARS = 5
MANY = 10_000
AT_ONCE = 200
LOADED_AT_ONCE = 500
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)


def diagnosis(customers: int) -> list[Figure]:
    """``customers`` is not used: the history of one and the crowd have sizes of their own."""
    from tests.benchmarks.bulk import set_up  # the desk's Django, in a cluster of its own

    set_up()
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from billing.access.scopes import seeing_as_agent, seeing_as_system
    from billing.actions.judging import load_files
    from billing.diagnosis import diagnose
    from billing.diagnosis_facts import diagnosis_facts
    from billing.models import Customer, Payment

    with transaction.atomic(), seeing_as_system():
        load_files([_long_history()])
        customer = Customer.objects.get(provider="judge", external_id="cus_long")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE billing_payment, billing_invoice, billing_invoiceline, billing_paymentattempt")
        with seeing_as_agent(), CaptureQueriesContext(connection) as captured:
            facts = diagnosis_facts(customer.pk, at=NOW)
        reads, thinks, bare = [], [], []
        for _ in range(30):
            reads.append(_timed(lambda: diagnosis_facts(customer.pk, at=NOW)))
            thinks.append(_timed(lambda: diagnose(facts, at=NOW)))
            bare.append(_timed(lambda: Payment.objects.filter(customer_id=customer.pk).first()))
        figures = [
            seen("diagnosis: payments in five years", len(facts.payments), "payments"),
            at_most("diagnosis: queries", len(captured), "queries", 12),
            seen("diagnosis: reading the facts", median(reads) * 1000, "ms"),
            seen("diagnosis: thinking", median(thinks) * 1000, "ms"),
            at_most("diagnosis: against a bare indexed query", (median(reads) + median(thinks)) / median(bare),
                    "times", 40),
            seen("diagnosis: the bare query", median(bare) * 1000, "ms"),
        ]  # fmt: skip
        transaction.set_rollback(True)
    return [*figures, _crowd()]


def _crowd() -> Figure:
    from django.db import transaction

    from billing.access.scopes import seeing_as_system
    from billing.actions.judging import load_files
    from billing.diagnosis import diagnose
    from billing.diagnosis_facts import diagnosis_facts_of
    from billing.judging.population import population
    from billing.locks import lift_limits
    from billing.models import Customer

    took = 0.0
    with transaction.atomic(), seeing_as_system():
        lift_limits()
        for start in range(0, MANY, LOADED_AT_ONCE):
            load_files(list(population(7, start + LOADED_AT_ONCE, noise=0.3, faulty=False, first=start)))
        ids = list(Customer.objects.filter(provider="judge").values_list("pk", flat=True))
        began = time.perf_counter()
        for start in range(0, len(ids), AT_ONCE):
            for facts in diagnosis_facts_of(ids[start : start + AT_ONCE], at=NOW).values():
                diagnose(facts, at=NOW)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return at_least("diagnosis: customers a minute, in a batch of 10,000", len(ids) / took * 60, "customers/min", MANY)


def _long_history() -> World:
    random = Random(5)  # reproducible, no secret
    world = World("long", NOW, "USD")
    card = new_method(world, random, card=True)
    world.methods.append(card)
    for title in ("Motor policy", "Home policy"):
        agreement = Agreement(world.name("sub"), True, title, 12500, 1, True, card)
        world.agreements.append(agreement)
        for month in range(YEARS * BILLS_A_YEAR // 2):
            issued = NOW.date() - timedelta(days=5 + 30 * month)
            bill = add_bill(world, agreement, issued, usual_lines(agreement, issued))
            take(world, bill, card, datetime.combine(issued, NOW.timetz()) - timedelta(hours=len(title)), random)
    return world


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
