"""Writing articles. What is shown is rendered and sanitised here, once, when it is saved."""

from datetime import date, datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import F
from django.db.models.expressions import Combinable

from billing.text.markdown import render_markdown
from supportdesk.helpsite.models import Article, ArticleCategory
from supportdesk.people.models import User

CONFIG = "redress_english"


def save_article(article: Article, *, by: User | None, at: datetime, reviewed_on: date | None = None) -> Article:
    """Store title, summary, body and position of `article`, with the HTML and the search words made of them."""
    article.html = render_markdown(article.body)
    article.updated_by, article.updated_at = by, at
    if reviewed_on is not None:
        article.reviewed_on = reviewed_on
    with transaction.atomic():
        article.save()
        Article.objects.filter(pk=article.pk).update(search=_search_vector())
    return article


def count_answer(article: Article, *, helped: bool) -> None:
    field = "helped_count" if helped else "not_helped_count"
    Article.objects.filter(pk=article.pk).update(**{field: F(field) + 1})


def save_topic(*, slug: str, title: str, summary: str, ticket_category: str, position: int) -> ArticleCategory:
    topic, _ = ArticleCategory.objects.update_or_create(
        slug=slug,
        defaults={"title": title, "summary": summary, "ticket_category": ticket_category, "position": position},
    )
    return topic


def _search_vector() -> Combinable:
    """Title and the customers' own words weigh most, then the summary, then the text."""
    return (
        SearchVector("title", weight="A", config=CONFIG)
        + SearchVector("also_asked_as", weight="A", config=CONFIG)
        + SearchVector("summary", weight="B", config=CONFIG)
        + SearchVector("body", weight="D", config=CONFIG)
    )
