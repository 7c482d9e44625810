from django.urls import path

from billing.views import panel, portal, refunds, reveal

app_name = "billing"
urlpatterns = [
    path("billing/case/<str:ref>/panel/", panel.panel, name="panel"),
    path("billing/case/<str:ref>/reveal/<slug:kind>/<int:object_id>/<slug:field>/", reveal.reveal, name="reveal"),
    path("billing/case/<str:ref>/payments/<int:payment_id>/refund/", refunds.refund_form, name="refund_form"),
    path("billing/case/<str:ref>/payments/<int:payment_id>/refunds/", refunds.ask_refund, name="ask_refund"),
    path("my/bills/", portal.bills, name="bills"),
    path("my/bills/<str:number>/", portal.bill, name="bill"),
    path("my/payments/", portal.payments, name="payments"),
    path("my/payments/<str:reference>/", portal.payment, name="payment"),
    path("my/refunds/<str:reference>/", portal.refund, name="refund"),
]
