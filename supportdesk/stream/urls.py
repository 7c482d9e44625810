from django.urls import path

from supportdesk.stream import views

app_name = "stream"
urlpatterns = [path("pass/", views.stream_pass, name="pass")]
