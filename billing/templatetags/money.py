from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing.money import Money

register = template.Library()


@register.simple_tag(name="money")
def money(amount_minor: int, currency: str) -> SafeString:
    """``{% money payment.amount_minor payment.currency %}``: the span carries tabular figures and never wraps."""
    return format_html('<span class="money">{}</span>', Money(amount_minor, currency).format())


@register.simple_tag
def money_change(amount_minor: int, currency: str) -> SafeString:
    """The same with a plus in front of what was added."""
    return format_html('<span class="money">{}</span>', Money(amount_minor, currency).format(sign=True))


@register.filter
def signed(amount: Money) -> str:
    """``{{ line.change|signed }}``, for a Money inside a sentence."""
    return amount.format(sign=True)
