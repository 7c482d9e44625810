"""``{{ customer.name }}`` in macros and answers.

A plain substitution, not a template language: names from an allow-list, one pass, and what is put in is never read
again. A placeholder nobody offers stays as it was typed, so that the writer sees the slip.
"""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{ ?([a-z][a-z_]{0,30}\.[a-z][a-z_]{0,30}) ?\}\}")


def expand_placeholders(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def placeholders_in(text: str) -> frozenset[str]:
    """For checking a macro when it is saved."""
    return frozenset(_PLACEHOLDER.findall(text))
