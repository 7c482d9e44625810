import base64
import os
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.fieldcrypt import CannotOpen, Keyring, Sealed
from supportdesk.people.models import TotpDevice, User
from tests.people.codes import app_of

OLD = "old:" + base64.b64encode(bytes(range(32))).decode()
NEW = "new:" + base64.b64encode(bytes(range(32, 64))).decode()


@given(st.text(), st.text())
def test_what_was_sealed_opens_again(text: str, bound_to: str) -> None:
    ring = Keyring.read((OLD,))
    assert ring.open(ring.seal(text, bound_to), bound_to) == text


def test_form_is_version_key_nonce_ciphertext() -> None:
    version, key_id, nonce, ciphertext = Keyring.read((NEW, OLD)).seal("secret", "t:c:1").split("|")
    assert (version, key_id, len(nonce)) == ("v1", "new", 16)
    assert "secret" not in ciphertext


def test_same_text_never_seals_to_the_same_twice() -> None:
    ring = Keyring.read((OLD,))
    assert len({ring.seal("secret", "t:c:1") for _ in range(50)}) == 50


@pytest.mark.parametrize("elsewhere", ["t:c:2", "t:d:1", "u:c:1", ""])
def test_moved_to_another_row_or_column_it_does_not_open(elsewhere: str) -> None:
    ring = Keyring.read((OLD,))
    with pytest.raises(CannotOpen):
        ring.open(ring.seal("secret", "t:c:1"), elsewhere)


@pytest.mark.parametrize(
    "broken", ["", "v1", "v1|old|x", "v2|old|AAAA|AAAA", "v1|gone|AAAA|AAAA", "v1|old|AAAA|!!!!", "a|b|c|d|e"]
)
def test_what_is_not_ours_raises_and_is_never_blank(broken: str) -> None:
    with pytest.raises(CannotOpen):
        Keyring.read((OLD,)).open(Sealed(broken), "t:c:1")


@pytest.mark.parametrize("place", range(4))
def test_a_changed_bit_is_found(place: int) -> None:
    ring = Keyring.read((OLD,))
    parts = ring.seal("secret", "t:c:1").split("|")
    parts[place] = ("A" if parts[place][0] != "A" else "B") + parts[place][1:]
    with pytest.raises(CannotOpen):
        ring.open(Sealed("|".join(parts)), "t:c:1")


@pytest.mark.parametrize("entries", [(), ("x",), ("x:short",), (":" + OLD[4:],), (OLD, OLD), ("a|b:" + OLD[4:],)])
def test_keys_that_cannot_be_used_stop_the_start(entries: tuple[str, ...]) -> None:
    with pytest.raises(ImproperlyConfigured):
        Keyring.read(entries)


def stored(device: TotpDevice) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM people_totpdevice WHERE id = %s", [device.pk])
        return str(cursor.fetchone()[0])


def test_row_opens_after_reading_and_deferring(agent: User) -> None:
    device = app_of(agent)
    seed = device.seed
    assert TotpDevice.objects.defer("seed").get(pk=device.pk).seed == seed
    device.name = "Renamed"
    device.save()
    assert app_of(agent).seed == seed


@pytest.mark.parametrize("way", ["update", "filter", "bulk_update"])
def test_plain_text_never_reaches_the_database(agent: User, way: str) -> None:
    device = app_of(agent)
    before = stored(device)
    device.seed = "PLAIN"
    deeds = {
        "update": lambda: TotpDevice.objects.update(seed="PLAIN"),
        "filter": lambda: TotpDevice.objects.filter(seed="PLAIN").count(),
        "bulk_update": lambda: TotpDevice.objects.bulk_update([device], ["seed"]),
    }
    with pytest.raises(TypeError, match="seed is sealed"), transaction.atomic():
        deeds[way]()
    assert stored(device) == before


def test_stolen_ciphertext_does_not_open_in_another_row(agent: User, lead: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_totpdevice SET seed = %s WHERE user_id = %s", [stored(app_of(lead)), agent.pk])
    with pytest.raises(CannotOpen, match="people_totpdevice:seed:"):
        _ = app_of(agent).seed


def test_rotation_seals_again_resumes_and_lets_the_old_key_go(agent: User, lead: User, settings: "object") -> None:
    own = settings.FIELD_KEYS  # type: ignore[attr-defined]
    seeds = {device.pk: device.seed for device in TotpDevice.objects.all()}
    fresh = "next:" + base64.b64encode(os.urandom(32)).decode()
    settings.FIELD_KEYS = [fresh, *own]  # type: ignore[attr-defined]
    done = app_of(agent)
    done.seed = seeds[done.pk]
    done.save()  # as if an earlier run had been stopped after this row
    before = stored(done)

    said = StringIO()
    call_command("rotate_field_keys", stdout=said)

    assert "people.TotpDevice.seed: 1 sealed again" in said.getvalue()
    assert stored(done) == before
    settings.FIELD_KEYS = [fresh]  # type: ignore[attr-defined]
    assert {device.pk: device.seed for device in TotpDevice.objects.all()} == seeds
    again = StringIO()
    call_command("rotate_field_keys", stdout=again)
    assert "sealed again" not in again.getvalue()
