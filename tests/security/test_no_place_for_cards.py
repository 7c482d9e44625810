"""No model, table or form has a place that is named for what may not be kept (S-60)."""

import re

import pytest
from django.apps import apps
from django.db import connection

from tests.security.test_card_free_forms import our_forms

# Whole words of a name: "panel" and "expansion" are not a PAN, "pan", "card_pan" and "panNumber" are.
BANNED = re.compile(
    r"(?:^|_)(?:pan|full_pan|card_?(?:number|num|no|data|code|holder_?data)|cc_?(?:number|num|no)|account_?pan|cvv2?|cvc2?|cav2?"
    r"|csc|cid|security_?code|card_?verification\w*|track_?[123]?(?:_?data)?|magstripe|magnetic_?stripe|stripe_?data"
    r"|pin|pin_?(?:block|code|number))(?:_|$)"
)


def words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize(
    "name", ["pan", "card_number", "cardNumber", "cvv", "customer_cvc", "track2", "track_data", "ccNumber", "pin_block"]
)
def test_the_names_are_known(name: str) -> None:
    assert BANNED.search(words(name))


@pytest.mark.parametrize("name", ["panel", "tracking_url", "card_brand", "last4", "stripe_id", "pinned", "company"])
def test_other_names_pass(name: str) -> None:
    assert not BANNED.search(words(name))


def test_no_field_of_a_model() -> None:
    fields = [f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()]

    assert len(fields) > 500
    assert [name for name in fields if BANNED.search(words(name.rpartition(".")[2]))] == []


def test_no_field_of_a_form() -> None:
    fields = [f"{form.__name__}.{name}" for form in our_forms() for name in vars(form).get("base_fields", ())]

    assert len(fields) > 50
    assert [name for name in fields if BANNED.search(words(name.rpartition(".")[2]))] == []


@pytest.mark.django_db
def test_no_column_of_a_table() -> None:
    """Asked of the database: a migration may add what no model names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        columns = [name for (name,) in cursor.fetchall()]

    assert len(columns) > 500
    assert [name for name in columns if BANNED.search(words(name.rpartition(".")[2]))] == []
