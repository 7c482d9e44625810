"""``replay_stripe``: signed, in order or shuffled, and a clear line for whatever is wrong."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.access.scopes import seeing_as_system
from billing.models import ProviderEvent
from tests.fakes.stripe_objects import T0, charge, event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "charge.failed", event("charge.failed", charge("ch_00000000000000", status="failed"), T0 + 9))
    write(tmp_path, "charge.succeeded", event("charge.succeeded", charge("ch_real"), T0))
    (tmp_path / "LICENSE").write_text("MIT")
    return tmp_path


def write(folder: Path, name: str, body: Any) -> None:
    body = {**body, "id": "evt_00000000000000"} if isinstance(body, dict) else body
    (folder / f"{name}.json").write_text(json.dumps(body))


def replay(folder: Path, to: str, *options: str) -> list[str]:
    out = StringIO()
    call_command("replay_stripe", str(folder), "--to", to, *options, stdout=out)
    return out.getvalue().splitlines()


def stored() -> list[tuple[str, str, int]]:
    with seeing_as_system():
        rows = ProviderEvent.objects.order_by("pk").values_list("kind", "object_id", "deliveries")
        return [(kind, object_id[:8], deliveries) for kind, object_id, deliveries in rows]


def test_events_are_posted_as_they_happened(folder: Path, live_server: Any) -> None:
    lines = replay(folder, live_server.url)

    assert lines == [
        f"2 events to {live_server.url}/hooks/stripe/",
        f"   1/2  {'charge.succeeded':<50} stored",
        f"   2/2  {'charge.failed':<50} stored",
        "2 stored, 0 refused. What was stored is applied by the worker.",
    ]
    kinds = [(kind, deliveries) for kind, _, deliveries in stored()]
    assert kinds == [("charge.succeeded", 1), ("charge.failed", 1)]
    assert [object_id for _, object_id, _ in stored()].count("ch_real") == 1


def test_twice_and_shuffled_it_is_the_same_events(folder: Path, live_server: Any) -> None:
    replay(folder, live_server.url)
    lines = replay(folder, live_server.url, "--twice", "--shuffle", "7")

    assert (len(lines), [deliveries for _, _, deliveries in stored()]) == (6, [3, 3])


def test_ids_of_zeros_are_kept_when_asked(folder: Path, live_server: Any) -> None:
    replay(folder, live_server.url, "--keep-ids")

    assert stored() == [("charge.succeeded", "ch_real", 2)]  # one id of zeros for both: one event


def test_a_wrong_secret_is_said_and_counts_as_an_error(folder: Path, live_server: Any, settings: Any) -> None:
    right = settings.STRIPE_WEBHOOK_SECRETS
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_wrong", *right]

    assert replay(folder, live_server.url)[-1].startswith("2 stored")  # the server knows both

    settings.STRIPE_WEBHOOK_SECRETS = right
    write(folder, "broken", {"no": "event"})
    with pytest.raises(CommandError, match="1 of 3 events were refused"):
        replay(folder, live_server.url)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.json", b"{", "bad.json is not JSON"),
        ("list.json", b"[]", "list.json holds no event. Nothing was sent."),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_sent(
    folder: Path, live_server: Any, name: str, content: bytes, words: str
) -> None:
    (folder / name).write_bytes(content)

    with pytest.raises(CommandError, match=words):
        replay(folder, live_server.url)

    assert stored() == []


def test_no_folder_no_files_no_server(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        replay(tmp_path / "nowhere", "http://127.0.0.1:1")
    with pytest.raises(CommandError, match=r"no \.json file"):
        replay(tmp_path, "http://127.0.0.1:1")
    write(tmp_path, "one", event("charge.succeeded", charge(), T0))
    with pytest.raises(CommandError, match="Is the server running"):
        replay(tmp_path, "http://127.0.0.1:1")
