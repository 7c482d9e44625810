from datetime import UTC, datetime

from supportdesk.helpsite.actions.articles import save_article, save_topic
from supportdesk.helpsite.models import Article
from tests.security.examples import Example
from tests.security.world import World


def prepare(world: World) -> None:
    topic = save_topic(slug="refund", title="Refunds", summary="Follow it", ticket_category="refund_late", position=0)
    article = Article(category=topic, slug="how-long", title="How long?", summary="Days", body="Days.", published=True)
    save_article(article, by=None, at=datetime(2026, 11, 21, tzinfo=UTC))


EXAMPLES = {
    "helpsite:home": Example(),
    "helpsite:search": Example(query="q=refund"),
    "helpsite:topic": Example(lambda world: {"slug": "refund"}),
    "helpsite:article": Example(lambda world: {"slug": "how-long"}),
    "helpsite:answer": Example(lambda world: {"slug": "how-long"}, data=lambda world: {"helped": "yes"}),
}
