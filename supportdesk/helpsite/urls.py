from django.urls import path

from supportdesk.helpsite import views

app_name = "helpsite"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("help/<slug:slug>/", views.article, name="article"),
    path("help/<slug:slug>/answer/", views.answer, name="answer"),
]
