from django.urls import path

from supportdesk.channels import views

app_name = "channels"
urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/sent/", views.sent, name="sent"),
    path("contact/suggestions/", views.suggestions, name="suggestions"),
    path("contact/<slug:slug>/", views.contact_about, name="contact_about"),
    path("my/", views.questions, name="questions"),
    path("my/questions/<int:number>/", views.question, name="question"),
    path("my/questions/<int:number>/messages/", views.write, name="write"),
    path("my/questions/<int:number>/solved/", views.solved, name="solved"),
    path("my/questions/<int:number>/still-wrong/", views.still_wrong, name="still_wrong"),
]
