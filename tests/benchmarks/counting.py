"""SQL queries of one request, as the database sees them. A program of its own: it runs inside a desk's Django.

`python -m tests.benchmarks.counting agent@redress.example /desk/ …` prints a count for each address.
"""

import os
import sys


def main(email: str, addresses: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from supportdesk.people.models import User
    from tests.personas import sign_in

    client = sign_in(User.objects.get(email=email), factor="fresh")
    for address in addresses:
        client.get(address)  # what is cached for the life of the process is not a query of the page
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        print(len(captured.captured_queries))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
