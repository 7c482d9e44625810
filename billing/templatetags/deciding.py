from django import template

from billing.money import Money
from billing.reconciliation import rules

register = template.Library()


@register.filter
def to_the_requester(reason: str) -> str:
    """Why a second person is needed is kept in words for both; said to the requester, it is about "you"."""
    return reason.replace("The requester's", "Your").replace("the requester's", "your")


@register.filter
def rule_words(name: str) -> str:
    """What a rule saw. What people match by hand has a name of its own."""
    rule = rules.BY_NAME.get(name)
    return rule.words if rule else name.replace("_", " ").capitalize()


@register.filter
def confidence(score: int) -> str:
    return rules.confidence(score)


@register.filter
def absolute(amount: Money) -> str:
    """Where the words beside it say which way the money goes."""
    return abs(amount).format()
