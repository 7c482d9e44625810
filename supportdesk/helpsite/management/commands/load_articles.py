"""manage.py load_articles: the articles a new desk starts with."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from supportdesk.helpsite.actions.articles import save_article, save_topic
from supportdesk.helpsite.models import Article, ArticleCategory
from supportdesk.helpsite.reading_content import start_articles, start_topics


class Command(BaseCommand):
    help = "Add the start articles. What somebody edited since is left alone; run it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for position, topic in enumerate(start_topics()):
                if not ArticleCategory.objects.filter(slug=topic.slug).exists():
                    save_topic(
                        slug=topic.slug,
                        title=topic.title,
                        summary=topic.summary,
                        ticket_category=topic.ticket_category,
                        position=position,
                    )
            added = self._add_articles()
        self.stdout.write(f"{added} articles added, {Article.objects.count()} in all.")

    def _add_articles(self) -> int:
        topics = {topic.slug: topic for topic in ArticleCategory.objects.all()}
        known = set(Article.objects.values_list("slug", flat=True))
        now = timezone.now()
        new = [article for article in start_articles() if article.slug not in known]
        for position, article in enumerate(new):
            save_article(
                Article(
                    category=topics[article.topic],
                    slug=article.slug,
                    title=article.title,
                    summary=article.summary,
                    also_asked_as=article.also_asked_as,
                    body=article.body,
                    published=True,
                    position=position,
                ),
                by=None,
                at=now,
                reviewed_on=now.date(),
            )
        return len(new)
