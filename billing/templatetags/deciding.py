from django import template

from billing.money import Money

register = template.Library()


@register.filter
def to_the_requester(reason: str) -> str:
    """Why a second person is needed is kept in words for both; said to the requester, it is about "you"."""
    return reason.replace("The requester's", "Your").replace("the requester's", "your")


@register.filter
def absolute(amount: Money) -> str:
    """Where the words beside it say which way the money goes."""
    return abs(amount).format()
