"""Addresses that no page has."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/dev/pay/%00/", "/help/a%00b/", "/my/bills/%00/", "/%00"])
def test_nothing_is_found_under_an_address_with_a_nul(customer_client: Client, address: str) -> None:
    assert customer_client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/my/", "/my/payments/"])
def test_a_list_begins_at_the_top_where_its_key_is_far_off(customer_client: Client, address: str) -> None:
    assert customer_client.get(f"{address}?before=2026-01-01T00:00:00%2B23:59_1").status_code == 200
