import pytest
from django.test import RequestFactory, override_settings

from billing.access.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.9", "198.51.100.1"),
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9", "None"),
        (1, "10.0.0.1", "", "None"),
        (1, "10.0.0.1", "nonsense", "None"),
        (0, "::ffff:198.51.100.1", "", "198.51.100.1"),
        (0, "", "", "None"),
    ],
)
def test_as_many_hops_are_believed_as_are_ours(proxies: int, peer: str, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded} if forwarded else {})
    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        assert str(client_address(request)) == expected
