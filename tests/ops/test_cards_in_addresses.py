"""No search runs with a card number in its address, and the browser is sent to an address without it."""

import json
import subprocess
from pathlib import Path
from shutil import which

import pytest
from django.contrib.messages import get_messages
from django.test import Client

PAN = "4111111111111111"
NODE = which("node")
SCRIPT = Path(__file__).resolve().parents[2] / "static/js/cards.js"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "clean"),
    [
        (f"/search/?q={PAN}", "/search/"),
        ("/search/?q=my+4111-1111-1111-1111+card&page=2", "/search/?page=2"),
        (f"/search/?{PAN}=1", "/search/"),
        ("/search/?q=%D9%A4111111111111111", "/search/"),
        (f"/admin/people/user/?q={PAN}&o=1", "/admin/people/user/?o=1"),
        (f"/desk/search/?q={PAN}", "/desk/search/"),
        (f"/billing/reconciliation/lines/1/?q={PAN}", "/billing/reconciliation/lines/1/"),
    ],
)
def test_the_browser_is_sent_on_without_it(client: Client, address: str, clean: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.headers["Location"]) == (302, clean)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "This holds a card number, so nothing was looked up. Search for a name, a reference or the last four digits."
    ]


@pytest.mark.django_db
def test_not_in_a_path_nor_beside_what_is_posted(client: Client) -> None:
    assert client.get(f"/help/{PAN}/").status_code == 404
    assert client.post(f"/contact/suggestions/?text={PAN}").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=order+1234567890123456", "before=2026-11-20T12:00:00.123456%2B00:00_4111111"])
def test_other_numbers_pass(client: Client, query: str) -> None:
    assert client.get(f"/search/?{query}").status_code == 200


@pytest.mark.django_db
def test_what_is_typed_into_the_contact_form_is_in_no_address(client: Client) -> None:
    """The suggestions come while somebody types, before anything could be refused."""
    refused = client.get("/contact/suggestions/", {"subject": "charged"})
    asked = client.post("/contact/suggestions/", {"subject": "charged", "text": f"{PAN} cvv 123"})

    assert (refused.status_code, asked.status_code) == (405, 200)
    assert PAN not in asked.content.decode()


@pytest.mark.skipif(NODE is None, reason="no node to run the script with")
def test_the_page_does_not_send_it_either() -> None:
    """The script, with a form in place of a document."""
    texts = [
        PAN,
        "see 4111 1111-1111.1111 please",
        "４１１１１１１１１１１１１１１１",
        "4111111111111112",
        "REF-20261120-77",
        "",
    ]
    run = (
        "const on = {}; globalThis.document = { addEventListener: (name, deed) => { on[name] = deed; } };\n"
        + SCRIPT.read_text()
        + f"\nconst told = {json.dumps(texts)}.map((value) => {{\n"
        "  let kept = false;\n"
        "  const nothing = () => {};\n"
        "  const field = { value, matches: () => true, setCustomValidity: nothing, reportValidity: nothing };\n"
        "  const target = { method: 'get', elements: [{ ...field, addEventListener: nothing }] };\n"
        "  on.submit({ target, preventDefault() { kept = true; }, stopPropagation: nothing });\n"
        "  let typed = false;\n"
        "  const detail = { verb: 'get', formData: new Map([['q', value]]) };\n"
        "  on['htmx:configRequest']({ detail, preventDefault() { typed = true; } });\n"
        "  return [kept, typed];\n"
        "});\nconsole.log(JSON.stringify(told));"
    )
    done = subprocess.run([str(NODE), "--input-type=module", "-e", run], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [[True, True]] * 3 + [[False, False]] * 3
