from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Upper


class ArticleCategory(models.Model):
    """A question in the customer's own words, under which articles stand."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=80)  # "A payment did not go through"
    summary = models.CharField(max_length=160)
    # The ticket category a person is likely to need when no article helped.
    ticket_category = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "title"]
        verbose_name_plural = "article categories"

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """An answer, in Markdown; `html` is what was rendered and sanitised when it was saved."""

    category = models.ForeignKey(ArticleCategory, on_delete=models.PROTECT, related_name="articles")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(editable=False)
    # Words people use that the article does not: "double charged", "taken two times".
    also_asked_as = models.TextField(default="", blank=True)
    published = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    reviewed_on = models.DateField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField()
    helped_count = models.PositiveIntegerField(default=0)
    not_helped_count = models.PositiveIntegerField(default=0)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ["position", "title"]
        indexes = [
            GinIndex(fields=["search"], name="article_search"),
            # Upper, because Django's case-insensitive lookups compare in upper case.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="article_title_trigrams"),
        ]

    def __str__(self) -> str:
        return self.title
