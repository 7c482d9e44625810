"""The judge over many customers: a block at a time, in several processes, and on from where it was stopped."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import django

from billing.access.scopes import seeing_as_system
from billing.actions.judging import BLOCK, judge_block
from billing.judging.lives import CURRENCIES, FOREIGN
from billing.judging.population import population
from billing.judging.scoring import Case, Said
from billing.judging.world import Label
from billing.ledger.chart import KINDS, Account
from billing.models import LedgerAccount

Done = tuple[int, list[Case]]


class AnotherTrial(Exception):
    """The kept results are of other customers."""


@dataclass(frozen=True, slots=True)
class Trial:
    seed: int
    customers: int
    noise: float
    by_events: float
    clean: bool

    @property
    def blocks(self) -> range:
        return range(-(-self.customers // BLOCK))


def judge_trial(trial: Trial, *, workers: int, kept: Path | None) -> Iterator[list[Case]]:
    """The cases of each block as it is done. With ``kept``, blocks that are done already are not done again."""
    done = _read(trial, kept) if kept else {}
    yield from done.values()
    left = [number for number in trial.blocks if number not in done]
    for number, cases in _judged(trial, left, workers):
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"block": number, "cases": [_as_json(case) for case in cases]}) + "\n")
        yield cases


def judge_one(trial: Trial, number: int) -> Done:
    first = number * BLOCK
    until = min(first + BLOCK, trial.customers)
    worlds = list(population(trial.seed, until, noise=trial.noise, faulty=not trial.clean, first=first))
    return number, judge_block(number, worlds, seed=trial.seed, noise=trial.noise, by_events=trial.by_events)


def _judged(trial: Trial, numbers: Sequence[int], workers: int) -> Iterator[Done]:
    if workers == 1:
        yield from (judge_one(trial, number) for number in numbers)
        return
    _open_our_accounts()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        running = [pool.submit(judge_one, trial, number) for number in numbers]
        try:
            for each in as_completed(running):
                yield each.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _open_our_accounts() -> None:
    """Empty, and to stay: the first block to open one would have the others wait until it is taken back."""
    currencies = {currency for currency, _ in CURRENCIES} | {FOREIGN}
    accounts = [
        LedgerAccount(customer=None, code=account, currency=currency, kind=KINDS[account])
        for account in Account
        if account is not Account.RECEIVABLE
        for currency in sorted(currencies)
    ]
    with seeing_as_system():
        LedgerAccount.objects.bulk_create(accounts, ignore_conflicts=True)


def _read(trial: Trial, kept: Path) -> dict[int, list[Case]]:
    """A line that broke off is a block that is judged again."""
    if not kept.exists():
        kept.write_text(json.dumps(asdict(trial)) + "\n", encoding="utf-8")
    first, *lines = kept.read_text(encoding="utf-8").splitlines()
    if json.loads(first) != asdict(trial):
        raise AnotherTrial
    done = {}
    for line in lines:
        try:
            read = json.loads(line)
        except ValueError:
            continue
        done[read["block"]] = [_from_json(*case) for case in read["cases"]]
    return done


def _as_json(case: Case) -> list[object]:
    expected = [[label.code, label.record] for label in case.expected]
    return [
        case.customer,
        case.door,
        expected,
        [[each.code, sorted(each.records), each.headline] for each in case.said],
    ]


def _from_json(customer: str, door: str, expected: list[list[str]], said: list[tuple[str, list[str], str]]) -> Case:
    labels = tuple(Label(*each) for each in expected)
    return Case(customer, door, labels, tuple(Said(code, frozenset(names), words) for code, names, words in said))
