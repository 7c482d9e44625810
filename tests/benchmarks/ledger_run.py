"""``python -m tests.benchmarks.ledger_run``: random histories and refund races on a bench desk; figures as JSON.

Every history is taken back when it was looked at, so the desk's database is the same afterwards.
"""

import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

HISTORIES, LIVES = 10_000, 500
RUNS, THREADS = 100, 50
A_PART, PARTS = 1_000, 10  # fifty people ask for a tenth of the payment each


@dataclass
class Played:
    sequences: int = 0
    operations: int = 0
    broken: list[str] = field(default_factory=list)


def play_histories(count: int) -> Played:
    """Drafts of the ledger, booked one by one; after each history the trigger, the sums and the paper are compared."""
    from django.db import connection, transaction

    from billing.access.scopes import seeing_as_system
    from billing.actions.ledger import record_posting
    from billing.ledger.balances import customer_balances, trial_balance
    from billing.ledger.drafts import Draft
    from tests.billing.ledger_paper import played, random_history, usd
    from tests.billing.records import AT, a_customer

    random, result = Random(83), Played()
    for _ in range(count):
        model = played(random_history(random))
        with transaction.atomic(), seeing_as_system():
            customer = a_customer()
            before = trial_balance() if result.sequences % 500 == 0 else None
            for draft in model.drafts:
                key = f"{customer.pk}:{draft.key}"
                record_posting(Draft(draft.kind, key, customer.pk, AT, draft.lines, draft.source))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            if customer_balances(customer.pk) != ([usd(model.owed)] if model.owed else []):
                result.broken.append(f"history {result.sequences}: the customer's balance")
            result.broken += _sums_of(customer.pk, model)
            if before is not None and _total(trial_balance()) != _total(before):
                result.broken.append(f"history {result.sequences}: the trial balance")
            transaction.set_rollback(True)
        result.sequences += 1
        result.operations += len(model.drafts)
    return result


def _sums_of(customer_id: int, model: Any) -> list[str]:
    """What the customer's postings moved in our own accounts, against the paper; and nothing is below zero."""
    from django.db.models import Sum

    from billing.models import LedgerEntry

    entries = LedgerEntry.objects.filter(posting__customer=customer_id).values_list("account__code")
    sums = {code: int(total) for code, total in entries.annotate(total=Sum("amount_minor"))}
    wrong = []
    if sum(sums.values()):
        wrong.append(f"customer {customer_id}: the entries do not sum to zero")
    if (sums.get("provider_clearing", 0), sums.get("disputed_funds", 0)) != (model.clearing, model.disputed):
        wrong.append(f"customer {customer_id}: clearing or disputed differ from the paper")
    if min(sums.get("provider_clearing", 0), sums.get("disputed_funds", 0), sums.get("dispute_losses", 0)) < 0:
        wrong.append(f"customer {customer_id}: an account is below zero")
    return wrong


def _total(balance: Any) -> int:
    return sum(balance.values())


def play_lives(count: int) -> Played:
    """Bills, credits, corrections and refunds by the product's own actions."""
    from django.db import transaction

    from billing.access.scopes import seeing_as_system
    from billing.models import RefundLimit
    from tests.billing.credits.bills import with_budget
    from tests.billing.money_lives import live

    random, result = Random(85), Played()
    for _ in range(count):
        with transaction.atomic():
            by = with_budget("lives@bench.example", grant=10**7, monthly=10**9, limit_minor=10**7)
            RefundLimit.objects.filter(group__user_set=by.pk).update(daily_count=30_000)
            life = live(random, by=by)
            with seeing_as_system():
                result.broken += [f"life {result.sequences}: {words}" for words in life.broken()]
            transaction.set_rollback(True)
        result.sequences += 1
        result.operations += life.done
    return result


def race_refunds(runs: int) -> Played:
    """Fifty threads ask for a tenth each of one payment: ten are given, forty are told why not, every time."""
    from uuid import uuid4

    from billing.access.scopes import seeing_as_system
    from billing.models import Payment, Refund
    from tests.billing.refunds.people import a_payment, ask, somebody
    from tests.racing import race

    result, run = Played(), uuid4().hex[:8]
    agents = [
        somebody(f"bench{run}-{number}@desk.example", limit_minor=10**6, daily_count=10_000)
        for number in range(THREADS)
    ]
    for number in range(runs):
        names = {"reference": f"P-{run}-{number}", "external_id": f"ch_{run}_{number}"}
        payment = a_payment_named(a_payment, run, number, names)
        asks = [partial(ask, payment, by=by, amount_minor=A_PART, key=f"{run}-{number}-{by.pk}") for by in agents]
        outcomes = Counter(type(outcome).__name__ for outcome in race(asks))
        with seeing_as_system():
            row = Payment.objects.get(pk=payment.pk)
            given = sum(Refund.objects.filter(payment=row).values_list("amount_minor", flat=True))
        exact = outcomes == {"Refund": PARTS, "AmountTooLarge": THREADS - PARTS}
        if not exact or given != A_PART * PARTS or row.refundable_minor:
            result.broken.append(f"run {number}: {dict(outcomes)}, given {given}")
        result.sequences += 1
        result.operations += THREADS
    return result


def a_payment_named(make: Any, run: str, number: int, names: dict[str, str]) -> Any:
    """The factory counts from one in each process; here its customer needs a name that no earlier run took."""
    from billing.access.scopes import seeing_as_system
    from billing.models import Customer

    with seeing_as_system():
        customer = Customer.objects.create(reference=f"C-{run}{number}", name="Lena Ortiz")
    return make(amount_minor=A_PART * PARTS, customer=customer, **names)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    figures = {}
    for name, play, size in (
        ("histories", play_histories, HISTORIES),
        ("lives", play_lives, LIVES),
        ("races", race_refunds, RUNS),
    ):
        began = time.monotonic()
        played = play(size)
        seconds = time.monotonic() - began
        figures[name] = {
            "sequences": played.sequences,
            "operations": played.operations,
            "seconds": seconds,
            "broken": played.broken,
        }
        print(f"  {name}: {played.sequences:,} in {seconds:.0f} s", file=sys.stderr, flush=True)
    json.dump(figures, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
