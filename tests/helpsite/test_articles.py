"""Articles: found by what people type, shown safely, answered once."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from supportdesk.helpsite.actions.articles import save_article, save_topic
from supportdesk.helpsite.models import Article, ArticleCategory
from supportdesk.helpsite.queries import find_articles
from supportdesk.helpsite.reading_content import start_articles, start_topics
from supportdesk.tickets.states import Category

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def topic(db: None) -> ArticleCategory:
    return save_topic(
        slug="refund", title="Where is my refund?", summary="Follow it", ticket_category="refund_late", position=0
    )


def make_article(topic: ArticleCategory, title: str, body: str, *, published: bool = True, asked: str = "") -> Article:
    slug = title.lower().replace(" ", "-").strip("?")
    article = Article(
        category=topic,
        slug=slug,
        title=title,
        summary=f"About {title}",
        body=body,
        also_asked_as=asked,
        published=published,
    )
    return save_article(article, by=None, at=AT)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("refund", "How long does a refund take"),
        ("refnud", "How long does a refund take"),
        ("when do I get my mony back", "How long does a refund take"),
        ("my card was declined", "Why was my payment declined"),
        ("declind", "Why was my payment declined"),
        ("double charge", "Charged twice"),
        ("charged twiec", "Charged twice"),
    ],
)
def test_typing_errors_and_own_words_find_the_article(topic: ArticleCategory, typed: str, first: str) -> None:
    make_article(topic, "How long does a refund take", "Five to ten working days.", asked="money back, refund status")
    make_article(topic, "Why was my payment declined", "The bank said no.", asked="card refused, rejected")
    make_article(topic, "Charged twice", "Often a hold.", asked="double charge, taken two times")

    assert find_articles(typed).articles[0].title == first


def test_nothing_unpublished_is_found_listed_or_opened(topic: ArticleCategory, client: Client) -> None:
    hidden = make_article(topic, "Secret refund rules", "Marker text of a draft.", published=False)
    shown = make_article(topic, "Refund rules", "For everybody.")

    assert [article.pk for article in find_articles("refund rules").articles] == [shown.pk]
    assert "Secret" not in client.get("/topics/refund/").content.decode()
    assert client.get(f"/help/{hidden.slug}/").status_code == 404


@pytest.mark.parametrize(
    "typed", ["", " ", "a", "'", "\\", "\0", "& | ! ( ) : *", "or or or", "%_%", "x" * 5000, "’“”", "<b>"]
)
def test_odd_input_is_answered_with_a_page(topic: ArticleCategory, client: Client, typed: str) -> None:
    response = client.get("/search/", {"q": typed})

    assert response.status_code == 200


def test_markdown_cannot_carry_script(topic: ArticleCategory, client: Client) -> None:
    article = make_article(
        topic, "Odd", "<script>alert(1)</script> [x](javascript:alert(1)) **fine** <b hx-get='/x'>y</b>"
    )

    page = client.get(f"/help/{article.slug}/").content.decode()
    prose = page.partition('<div class="prose">')[2].partition("</article>")[0]
    assert "<strong>fine</strong>" in prose
    assert "<script" not in prose
    assert "javascript:" not in prose.replace("[x](javascript:alert(1))", "")
    assert "<b " not in prose


def test_an_answer_counts_once_in_a_browser(topic: ArticleCategory, client: Client) -> None:
    article = make_article(topic, "Refund rules", "For everybody.")

    for _ in range(3):
        assert client.post(f"/help/{article.slug}/answer/", {"helped": "yes"}).status_code == 200
    article.refresh_from_db()
    assert (article.helped_count, article.not_helped_count) == (1, 0)


def test_not_helped_leads_to_the_form_about_it(topic: ArticleCategory, client: Client) -> None:
    article = make_article(topic, "Refund rules", "For everybody.")

    response = client.post(f"/help/{article.slug}/answer/", {"helped": "no"})

    assert (response.status_code, response.headers["Location"]) == (302, "/contact/refund/")


def test_an_empty_answer_is_named_and_not_counted(topic: ArticleCategory, client: Client) -> None:
    article = make_article(topic, "Refund rules", "For everybody.")

    response = client.post(f"/help/{article.slug}/answer/", {"helped": "maybe"})

    article.refresh_from_db()
    assert response.status_code == 422
    assert "Choose yes or no." in response.content.decode()
    assert (article.helped_count, article.not_helped_count) == (0, 0)


def test_start_articles_are_whole_and_loaded_once(db: None) -> None:
    topics = {topic.slug: topic.ticket_category for topic in start_topics()}
    articles = list(start_articles())

    assert {article.topic for article in articles} == set(topics)
    assert set(topics.values()) <= set(Category.values)
    call_command("load_articles", verbosity=0)
    call_command("load_articles", verbosity=0)
    assert Article.objects.count() == len(articles)


def test_start_articles_name_the_right_law() -> None:
    """The law on billing errors is the Fair Credit Billing Act; popular articles confuse it with the Reporting Act."""
    text = " ".join(article.body for article in start_articles())

    assert "Fair Credit Billing Act" in text
    assert "Reporting Act" not in text


@pytest.mark.parametrize("rows", [1, 4])
def test_pages_cost_the_same_with_one_article_and_with_four(
    topic: ArticleCategory, client: Client, django_assert_num_queries: object, rows: int
) -> None:
    for number in range(rows):
        make_article(topic, f"Refund rule {number}", "Text.")

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django types the fixture as object
        client.get("/search/", {"q": "refund"})
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get("/topics/refund/")
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get("/")
