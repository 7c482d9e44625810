from django.urls import path

from billing.views.webhooks import stripe_webhook

app_name = "hooks"

urlpatterns = [path("stripe/", stripe_webhook, name="stripe")]
