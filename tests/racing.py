"""Several at once, each with a database connection of its own, let go at the same moment."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from django.db import connection


def race(runners: Sequence[Callable[[], object]]) -> list[object]:
    """What each returned, or the exception it ended with, in the order of the runners."""
    barrier = Barrier(len(runners))
    outcomes: list[object] = [None] * len(runners)

    def run(place: int, runner: Callable[[], object]) -> None:
        try:
            barrier.wait()
            outcomes[place] = runner()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, runner)) for place, runner in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
