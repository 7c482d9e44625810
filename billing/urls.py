from django.urls import path

from billing.views import bills, credits, panel, paying, portal, refunds, reveal, simulated

app_name = "billing"
urlpatterns = [
    path("billing/case/<str:ref>/panel/", panel.panel, name="panel"),
    path("billing/case/<str:ref>/reveal/<slug:kind>/<int:object_id>/<slug:field>/", reveal.reveal, name="reveal"),
    path("billing/case/<str:ref>/payments/<int:payment_id>/refund/", refunds.refund_form, name="refund_form"),
    path("billing/case/<str:ref>/payments/<int:payment_id>/refunds/", refunds.ask_refund, name="ask_refund"),
    path("billing/case/<str:ref>/bills/<int:invoice_id>/credit/", credits.credit_form, name="credit_form"),
    path("billing/case/<str:ref>/bills/<int:invoice_id>/credits/", credits.ask_credit, name="ask_credit"),
    path("dev/pay/<str:token>/", simulated.hosted_page, name="simulated_page"),
    path("finance/statements/", statements.statements, name="statements"),
    path("finance/statements/upload/", statements.upload_statement, name="upload_statement"),
    path("finance/statements/accounts/", statements.bank_accounts, name="bank_accounts"),
    path("finance/statements/accounts/<int:account_id>/", statements.bank_account, name="bank_account"),
    path("finance/statements/<int:file_id>/", statements.statement_file, name="statement_file"),
    path("finance/statements/<int:file_id>/progress/", statements.statement_progress, name="statement_progress"),
    path("finance/statements/<int:file_id>/columns/", statement_columns.statement_columns, name="statement_columns"),
    path("my/bills/", portal.bills, name="bills"),
    path("my/bills/<str:number>/", bills.bill, name="bill"),
    path("my/bills/<str:number>/print/", bills.print_bill, name="print_bill"),
    path("my/bills/<str:number>/print/<int:version>/", bills.print_bill, name="print_bill_version"),
    path("my/bills/<str:number>/pay/", paying.pay, name="pay_bill"),
    path("my/credits/<str:number>/", bills.credit, name="credit"),
    path("my/methods/", paying.methods, name="methods"),
    path("my/methods/<str:reference>/change/", paying.change_method, name="change_method"),
    path("my/visits/<str:reference>/", paying.visit, name="visit"),
    path("my/payments/", portal.payments, name="payments"),
    path("my/payments/<str:reference>/", portal.payment, name="payment"),
    path("my/refunds/<str:reference>/", portal.refund, name="refund"),
]
