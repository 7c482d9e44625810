"""Which customer somebody who signed in is."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from billing.models import Customer


@transaction.atomic
def link_user(*, user: AbstractBaseUser, email: str) -> Customer | None:
    """The customer record of a person whose address is proved, linked on first sight.

    None where there is no record, or more than one under this address: then a person decides, not the order of rows.
    """
    linked = Customer.objects.filter(user_id=user.pk).first()
    if linked is not None or not email:
        return linked
    found = list(Customer.objects.select_for_update().filter(email__iexact=email, user=None)[:2])
    if len(found) != 1:
        return None
    found[0].user_id = user.pk
    found[0].save(update_fields=["user"])
    return found[0]
