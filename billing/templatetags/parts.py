from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def constant(template_name: str) -> SafeString:
    """``{% constant "components/styles.html" %}``: a part without context, rendered once in the life of a process.

    Thirty addresses of static files are the same on every page, and looking them up was a tenth of its cost.
    """
    return _render(template_name) if settings.DEBUG else _rendered_once(template_name)


def _render(template_name: str) -> SafeString:
    return mark_safe(render_to_string(template_name))  # noqa: S308  # our own file, which nothing a user wrote enters


_rendered_once = lru_cache(_render)


@register.simple_tag
@lru_cache
def icon(name: str, css_class: str = "") -> SafeString:
    """``{% icon "lock" %}``: beside words that say the same, so it is hidden from who listens."""
    address = f"{static('img/icons.svg')}#{name}"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', f"icon {css_class}".rstrip(), address
    )
