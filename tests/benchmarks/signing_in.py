"""A signed-in session with a fresh second factor, made in the database: the bench measures pages, not the door.

Run as a program on a desk's database: `python -m tests.benchmarks.signing_in agent@redress.example` prints the cookie.
"""

import os
import sys


def main(email: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from supportdesk.people.models import User
    from tests.personas import sign_in

    client = sign_in(User.objects.get(email=email), factor="fresh")
    print(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")


if __name__ == "__main__":
    main(sys.argv[1])
