"""Finding an article: the words people type, with their typing errors, over what articles say."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.db.models.lookups import GreaterThan

from billing.redaction import redact
from supportdesk.helpsite.models import Article, ArticleCategory

LONGEST_QUERY = 300
# Word similarity from which a title is taken for what was meant. Of the start articles "refnud" has 0.43 and
# "autopya stoped" 0.47; words that share nothing but a syllable stay under 0.3.
LIKE_ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Found:
    query: str
    articles: list[Article]


def topics_with_articles() -> QuerySet[ArticleCategory]:
    published = Article.objects.filter(published=True).only("slug", "title", "summary", "category_id", "position")
    return ArticleCategory.objects.prefetch_related(
        Prefetch("articles", queryset=published, to_attr="published_articles")
    )


def articles_of(topic: ArticleCategory) -> QuerySet[Article]:
    return topic.articles.filter(published=True).only("slug", "title", "summary", "category_id", "position")


def find_articles(text: str, *, limit: int = 8) -> Found:
    """Published articles for what somebody typed, best first.

    Any of the words may match: people write sentences, and one wrong word must not empty the page. Rank sorts
    articles that share more and rarer words first; word similarity with the title finds misspelt ones.
    """
    text = redact(" ".join(text.replace("\0", " ").split())).text[:LONGEST_QUERY]
    if len(text) < 2:
        return Found(text, [])
    words = _any_of_the_words(text)
    likeness = Greatest(TrigramWordSimilarity(text, "title"), TrigramWordSimilarity(text, "also_asked_as"), Value(0.0))
    found = (
        Article.objects.filter(published=True)
        .annotate(rank=SearchRank(F("search"), words), likeness=likeness)
        .filter(Q(search=words) | GreaterThan(F("likeness"), LIKE_ENOUGH))
        .annotate(score=F("rank") * 2 + F("likeness"))
        .only("slug", "title", "summary")
        .order_by("-score", "position", "pk")
    )
    return Found(text, list(found[:limit]))


def _any_of_the_words(text: str) -> SearchQuery:
    """The words joined by "or". Only letters and digits reach the parser, so nothing in them is an operator."""
    words = ["".join(char if char.isalnum() else " " for char in word) for word in text.split()]
    spoken = " or ".join(part for word in words for part in word.split() if part.lower() != "or")
    return SearchQuery(spoken or "''", config="redress_english", search_type="websearch")
