from django.urls import path

from tests.benchmarks.floor import views

urlpatterns = [path("list/", views.listing), path("insert/", views.insert)]
