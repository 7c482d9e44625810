from django.urls import path

from supportdesk.channels.views import contact, questions

app_name = "channels"
urlpatterns = [
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="sent"),
    path("contact/suggestions/", contact.suggestions, name="suggestions"),
    path("contact/<slug:slug>/", contact.contact_about, name="contact_about"),
    path("my/", questions.questions, name="questions"),
    path("my/questions/<int:number>/", questions.question, name="question"),
    path("my/questions/<int:number>/messages/", questions.write, name="write"),
    path("my/questions/<int:number>/solved/", questions.solved, name="solved"),
    path("my/questions/<int:number>/still-wrong/", questions.still_wrong, name="still_wrong"),
]
