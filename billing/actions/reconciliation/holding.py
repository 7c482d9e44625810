"""How much of a line, or of expected money, its parts hold: an expression of SQL."""

from typing import Final

# Whole matches and pieces apart, since each has its own index. ``row`` is a line or expected money, and ``key`` what a
# part names it by.
HELD: Final = """
    (SELECT coalesce(sum(h.{amount}), 0) FROM billing_matchpart h
        WHERE h.{key} = {row}.id AND h.alone AND h.status IN ('found', 'waiting', 'posted'))
    + (SELECT coalesce(sum(h.{amount}), 0) FROM billing_matchpart h
        WHERE h.{key} = {row}.id AND NOT h.alone AND h.status IN ('found', 'waiting', 'posted'))
"""
# The same of what is in the books.
POSTED: Final = HELD.replace("('found', 'waiting', 'posted')", "('posted')")
