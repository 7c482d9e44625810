from django.urls import path

from supportdesk.demo import views

app_name = "demo"
urlpatterns = [path("mail/", views.mail, name="mail")]
