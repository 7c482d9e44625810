"""The collections of sample files that lie beside the checkout on machines where the desk is built."""

from pathlib import Path

import pytest

from billing.management.commands.judge_statements import Row, judge, samples

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "payments"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside this checkout")
def test_samples_are_read_and_equal_to_what_other_parsers_make_of_them() -> None:
    rows: dict[str, Row] = {}
    for path in samples(SAMPLES):
        judge(path, str(path.relative_to(SAMPLES)), rows)

    golden = {form: (row.golden, row.equal) for form, row in rows.items() if row.golden}
    assert golden == {"camt": (15, 15), "mt940": (17, 16), "nacha": (3, 3)}
    assert {form: (row.files, row.read) for form, row in rows.items()} == {
        "camt": (24, 20),
        "mt940": (30, 25),
        "ofx": (15, 10),
        "bai2": (3, 3),
        "nacha": (83, 75),
        "csv": (4, 3),
    }
