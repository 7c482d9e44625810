"""Keeps each bill as it was first seen. A bill that changes is kept again, beside what was seen before."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from billing.access.scopes import seeing_as_system
from billing.bill_documents import bill_document, hash_of, same_bill
from billing.models import Invoice, InvoiceRendering
from billing.states import InvoiceStatus


def freeze_bill(invoice: Invoice, *, at: datetime) -> InvoiceRendering:
    """The newest rendering, made where the bill has none or differs from it. In a scope that may write."""
    document = bill_document(invoice, invoice.lines.all(), issuer=settings.BILL_ISSUER)
    last = invoice.renderings.order_by("-number").first()
    if last is not None and same_bill(last.document, document):
        return last
    made = InvoiceRendering(
        invoice=invoice,
        customer_id=invoice.customer_id,
        number=last.number + 1 if last else 1,
        document=document,
        sha256=hash_of(document),
        made_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody else opened the bill for the first time at this very moment
        return invoice.renderings.get(number=made.number)
    return made


def freeze_if_issued(invoice: Invoice, *, at: datetime) -> None:
    if invoice.status != InvoiceStatus.DRAFT:
        freeze_bill(invoice, at=at)


def first_seen(invoice: Invoice, *, at: datetime) -> InvoiceRendering:
    """The newest rendering of an issued bill. One that came without (by a file, say) is frozen on its first look."""
    found = invoice.renderings.order_by("-number").first()
    if found is not None:
        return found
    with seeing_as_system():  # a customer's scope writes nothing
        return freeze_bill(invoice, at=at)
