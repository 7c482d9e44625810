"""Wrong passwords at known and unknown addresses in turns, each from an address of its own so that no throttle answers.

Prints known:unknown in seconds for each pair. A program: it runs inside a desk's Django.
"""

import os
import sys
import time

WARM = 5


def main(tries: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.test import Client

    from supportdesk.people.models import User

    stamp = time.time_ns()
    hashed = make_password("right and never sent")
    User.objects.bulk_create(
        User(email=f"known-{stamp}-{number}@home.test", name="Known", password=hashed) for number in range(WARM + tries)
    )

    def knock(email: str, number: int) -> float:
        client = Client(REMOTE_ADDR=f"10.{stamp % 251}.{number // 256}.{number % 256}")
        began = time.perf_counter()
        response = client.post("/accounts/login/", {"login": email, "password": "wrong"})
        seconds = time.perf_counter() - began
        if response.status_code != 200 or b"not correct" not in response.content:
            raise SystemExit(f"the door answered {response.status_code}: {response.content[:2000]!r}")
        return seconds

    for number in range(WARM + tries):
        known = knock(f"known-{stamp}-{number}@home.test", 2 * number)
        unknown = knock(f"unknown-{stamp}-{number}@home.test", 2 * number + 1)
        if number >= WARM:
            print(f"{known}:{unknown}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
