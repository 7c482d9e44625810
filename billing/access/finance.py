"""The guard before what finance works on: statements, matching, money out.

    @finance_view(reading=Reading.LIST)
    def statements(request: HttpRequest) -> HttpResponse: ...      # finance/statements/

Whoever may reconcile statements and has just proved who they are; each look is a row of the read log, and the
database shows payment rows only while the view runs and its answer is rendered (see ``billing.access.guard``).
"""

from collections.abc import Callable, Iterable
from typing import Final, ParamSpec

from billing.access.guard import PlainView, Refine, across_cases, named
from billing.access.policies import READ_AND_POST, Declared, Policy
from billing.models import Reading

P = ParamSpec("P")
PERMISSION: Final = Policy.FINANCE.rule.permission


def finance_view(
    *,
    reading: Reading,
    permission: str = "",
    methods: Iterable[str] = READ_AND_POST,
    refine: Refine | None = None,
) -> Callable[[PlainView[P]], PlainView[P]]:
    """``permission`` is asked on top of reconciling statements."""
    return across_cases(Declared(Policy.FINANCE, named(methods), permission), reading=reading, refine=refine)
