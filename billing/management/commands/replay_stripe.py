"""Posts a folder of Stripe event files, signed, to a running server: ``replay_stripe DIR --to http://127.0.0.1:8000``.

Sample files carry ids of zeros; they are made distinct, see billing.gateways.stripe.samples for what is rewritten.
"""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from billing.gateways.stripe.samples import make_distinct
from billing.gateways.stripe.signatures import sign

Events = list[tuple[str, dict[str, Any]]]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder of .json files, one event in each")
        parser.add_argument("--to", default=settings.SITE_ADDRESS, metavar="URL", help="the server's address")
        parser.add_argument("--shuffle", type=int, metavar="SEED", help="in another order, the same for a seed")
        parser.add_argument("--twice", action="store_true", help="deliver each event twice")
        parser.add_argument("--keep-ids", action="store_true", help="send the files as they are, ids of zeros too")

    def handle(
        self, *, folder: Path, to: str, shuffle: int | None, twice: bool, keep_ids: bool, **options: Any
    ) -> None:
        events = self._in_order(self._read(folder, keep_ids=keep_ids), shuffle)
        if twice:
            events = [event for event in events for _ in range(2)]
        address = f"{to.rstrip('/')}{reverse('hooks:stripe')}"
        self.stdout.write(f"{len(events)} events to {address}")
        answers = self._post_all(events, address)
        stored, refused = answers[200], answers.total() - answers[200]
        self.stdout.write(f"{stored} stored, {refused} refused. What was stored is applied by the worker.")
        if refused:
            raise CommandError(f"{refused} of {len(events)} events were refused.")

    def _read(self, folder: Path, *, keep_ids: bool) -> dict[str, dict[str, Any]]:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        files = {path.name: self._read_file(path) for path in sorted(folder.glob("*.json"))}
        if not files:
            raise CommandError(f"There is no .json file in {folder}.")
        return files if keep_ids else make_distinct(files)

    def _read_file(self, path: Path) -> dict[str, Any]:
        try:
            body = json.loads(path.read_bytes())
        except ValueError as error:
            raise CommandError(f"{path.name} is not JSON: {error}. Nothing was sent.") from error
        if not isinstance(body, dict):
            raise CommandError(f"{path.name} holds no event. Nothing was sent.")
        return body

    def _in_order(self, files: dict[str, dict[str, Any]], seed: int | None) -> Events:
        """As they happened, or shuffled."""
        events = sorted(files.items(), key=lambda item: (item[1].get("created") or 0, item[0]))
        if seed is not None:
            Random(seed).shuffle(events)  # noqa: S311  # an order that can be repeated, no secret
        return events

    def _post_all(self, events: Events, address: str) -> Counter[int]:
        answers: Counter[int] = Counter()
        with httpx.Client(timeout=15, trust_env=False) as client:
            for number, (name, body) in enumerate(events, start=1):
                status = self._post(client, address, body)
                answers[status] += 1
                said = "stored" if status == 200 else f"refused with {status}"
                self.stdout.write(f"{number:4}/{len(events)}  {name.removesuffix('.json'):<50} {said}")
        return answers

    def _post(self, client: httpx.Client, address: str, body: dict[str, Any]) -> int:
        raw = json.dumps(body).encode()
        header = sign(raw, secret=settings.STRIPE_WEBHOOK_SECRETS[0], at=timezone.now())
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
        try:
            return client.post(address, content=raw, headers=headers).status_code
        except httpx.HTTPError as error:
            raise CommandError(f"{address} does not answer: {error}. Is the server running?") from error
