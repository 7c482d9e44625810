from django.urls import path

from disputes import views

app_name = "disputes"
urlpatterns = [path("disputes/case/<str:ref>/", views.of_case, name="of_case")]
