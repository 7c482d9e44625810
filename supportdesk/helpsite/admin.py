from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from supportdesk.helpsite.actions.articles import save_article
from supportdesk.helpsite.models import Article, ArticleCategory
from supportdesk.people.models import User


@admin.register(ArticleCategory)
class ArticleCategoryAdmin(admin.ModelAdmin[ArticleCategory]):
    list_display = ["title", "summary", "ticket_category", "position"]
    fields = ["title", "slug", "summary", "ticket_category", "position"]
    ordering = ["position"]


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    list_display = ["title", "category", "published", "helped_count", "not_helped_count", "reviewed_on"]
    list_filter = ["category", "published"]
    list_select_related = ["category"]
    search_fields = ["title", "also_asked_as"]
    fields = [
        "title",
        "slug",
        "category",
        "summary",
        "body",
        "also_asked_as",
        "published",
        "position",
        "reviewed_on",
        "helped_count",
        "not_helped_count",
    ]
    readonly_fields = ["helped_count", "not_helped_count"]
    prepopulated_fields = {"slug": ["title"]}

    def save_model(self, request: HttpRequest, obj: Article, form: forms.ModelForm[Article], change: bool) -> None:
        save_article(obj, by=cast(User, request.user), at=timezone.now())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("html", "search")
