"""Measures the diagnosis on made-up histories with known faults: precision and recall for each kind.

    manage.py judge_diagnosis --seed 7 --customers 2000
    manage.py judge_diagnosis --seed 7 --customers 10000 --clean      nothing is wrong, and nothing may be found
    manage.py judge_diagnosis --seed 7 --customers 10000 --workers 2 --keep trial.jsonl     again: on from there

Nothing of it stays in the database. Ends with status 1 where a kind is below the goal.
"""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.actions.judging import NotTaken
from billing.actions.judging_apart import AnotherTrial, Trial, judge_trial
from billing.judging.scoring import GOAL, Miss, Score, table


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--customers", type=int, default=1080, help="the kinds of faults take turns")
        parser.add_argument("--noise", type=float, default=0.3, help="how much looks odd and is right, 0 to 1")
        parser.add_argument("--events", type=float, default=0.2, help="the share told by events, one by one and slower")
        parser.add_argument("--workers", type=int, default=1, help="processes that judge beside each other")
        parser.add_argument("--keep", type=Path, help="a file for what is judged; named again, the rest is judged")
        parser.add_argument("--clean", action="store_true", help="no faults at all: then nothing may be found")
        parser.add_argument("--misses", type=int, default=20, help="how many differences are shown whole")

    def handle(
        self,
        *,
        seed: int,
        customers: int,
        noise: float,
        events: float,
        clean: bool,
        misses: int,
        workers: int,
        keep: Path | None,
        **options: Any,
    ) -> None:
        if settings.PRODUCTION:
            raise CommandError("The judge makes up customers. It does not run in production.")
        result, began = Score(), monotonic()
        trial = Trial(seed, customers, noise, events, clean)
        try:
            for cases in judge_trial(trial, workers=max(workers, 1), kept=keep):
                for case in cases:
                    result.add(case)
                self._say_progress(result, customers, monotonic() - began)
        except NotTaken as refused:
            raise CommandError(f"A document was not taken: {refused}") from refused
        except AnotherTrial:
            raise CommandError(f"{keep} keeps the results of another trial.") from None
        for line in table(result):
            self.stdout.write(line)
        for miss in result.misses[:misses]:
            self._show(miss)
        if below := result.below():
            raise CommandError(f"Below {GOAL}: {', '.join(below)}.")

    def _say_progress(self, result: Score, customers: int, seconds: float) -> None:
        self.stderr.write(
            f"{result.customers:,} of {customers:,} customers, {len(result.misses)} differences, {seconds:,.0f} s"
        )

    def _show(self, miss: Miss) -> None:
        what = "expected and not found" if miss.expected else "found and not expected"
        self.stdout.write(f"\n{miss.customer} by {miss.door}: {miss.code} {what}")
        for label in miss.case.expected:
            self.stdout.write(f"    expected {label.code} of {label.record}")
        for said in miss.case.said:
            self.stdout.write(f"    found    {said.code} of {', '.join(sorted(said.records))}: {said.headline}")
