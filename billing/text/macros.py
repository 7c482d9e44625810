"""Prepared answers: names in double braces, filled once from an allow-list.

One pass over the template and none over what was filled in: a value that says ``{{ agent.name }}`` stays those words.
"""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+\.[a-z_]+)\s*\}\}", re.ASCII)


def expand(template: str, values: Mapping[str, str]) -> str:
    """The template with every known name replaced. An unknown one stays as it is written, so that it is seen."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def unknown_names(template: str, known: Mapping[str, str]) -> list[str]:
    """Names that the template uses and nobody fills, in the order in which they stand."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(template)) if name not in known]
