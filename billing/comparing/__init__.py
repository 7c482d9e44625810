"""A customer's own statement beside our records: what each line is.

Pure: text and facts in, verdicts out. Nothing of the text is kept by anybody: it is compared and forgotten.

lines = read_lines(text, currency="USD", today=…)
compare(lines, facts, diagnosis)
"""

from billing.comparing.matching import Comparison, Verdict, VerdictKind, compare
from billing.comparing.reading import PastedLine, Reading, read_lines

__all__ = ["Comparison", "PastedLine", "Reading", "Verdict", "VerdictKind", "compare", "read_lines"]
