from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from billing.access.policies import Policy, declares
from supportdesk.helpsite import queries
from supportdesk.helpsite.actions.articles import count_answer
from supportdesk.helpsite.forms import AnswerForm
from supportdesk.helpsite.models import Article, ArticleCategory
from supportdesk.helpsite.ways import ways_of


@declares(Policy.PUBLIC, methods=["GET"])
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "helpsite/home_page.html", {"topics": queries.topics_with_articles()})


@declares(Policy.PUBLIC, methods=["GET"])
def search(request: HttpRequest) -> HttpResponse:
    """The results page; while somebody types, the same list alone."""
    found = queries.find_articles(request.GET.get("q", ""))
    fragment = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    template = "helpsite/search_results.html" if fragment else "helpsite/search_page.html"
    response = render(request, template, {"found": found})
    response["Vary"] = "HX-Request"
    return response


@declares(Policy.PUBLIC, methods=["GET"])
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(ArticleCategory, slug=slug)
    page = {"topic": found, "ways": ways_of(found.slug), "articles": queries.articles_of(found)}
    return render(request, "helpsite/topic_page.html", page)


@declares(Policy.PUBLIC, methods=["GET"])
def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = _published(slug)
    others = queries.articles_of(found.category).exclude(pk=found.pk)[:4]
    return render(request, "helpsite/article_page.html", {"article": found, "others": others})


@declares(Policy.PUBLIC, methods=["POST"])
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Helped or not. Counted once for each article in a session, so that the count means people."""
    found = _published(slug)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return render(request, "helpsite/article_page.html", {"article": found, "answer_missing": True}, status=422)
    answered = request.session.get("articles_answered", [])
    if found.pk not in answered:
        count_answer(found, helped=form.cleaned_data["helped"])
        request.session["articles_answered"] = [*answered[-99:], found.pk]
    if form.cleaned_data["helped"]:
        return render(request, "helpsite/article_page.html", {"article": found, "answered": True})
    return redirect("channels:contact_about", slug=found.category.slug)


def _published(slug: str) -> Article:
    return get_object_or_404(Article.objects.select_related("category"), slug=slug, published=True)
