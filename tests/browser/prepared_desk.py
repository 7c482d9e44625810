"""``python -m tests.browser.prepared_desk``: the tables, the style sheets and the demo of one desk, in one process.

Starting Python and Django three times would cost more than the work itself. The seeds of the people's apps go to
standard output, so that a test shows the codes that they would show.
"""

import json
import sys
from contextlib import redirect_stdout

import django
from django.core.management import call_command


def prepare() -> dict[str, str]:
    from tests.database import connected_as_owner

    call_command("collectstatic", interactive=False, verbosity=0)
    with connected_as_owner():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", tickets=0)

    from billing.models import RefundLimit
    from supportdesk.people.models import TotpDevice

    # The demo's agents may send 200.00 alone; here it is less, so that 125.00 needs a second person.
    RefundLimit.objects.filter(group__name="agent").update(limit_minor=100_00)
    return {device.user.email: device.seed for device in TotpDevice.objects.select_related("user")}


if __name__ == "__main__":
    django.setup()
    with redirect_stdout(sys.stderr):
        seeds = prepare()
    json.dump(seeds, sys.stdout)
