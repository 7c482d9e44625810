"""python -m tests.benchmarks [--only queue] [--tickets 100000]: what `make bench` runs.

In a cluster of its own, so that a desk that runs beside is not measured, nor disturbed. Which cluster it is has to be
said before anything is imported: some benches bring modules that read the settings as they are loaded.
"""

import os

from config import embedded


def main() -> None:
    own = embedded.var_directory() / "bench"
    kept = embedded.var_directory() / "bench.json"
    own.mkdir(parents=True, exist_ok=True)
    os.environ["REDRESS_VAR"] = str(own)
    from tests.benchmarks import all_of_them

    all_of_them.main(kept=kept)


if __name__ == "__main__":
    main()
