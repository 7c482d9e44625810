"""What is behind the lock, counted: enough to say "3 payments, 2 bills", nothing that could be learned from it."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Locked:
    payments: int
    invoices: int
    methods: int
    refunds: int

    def __str__(self) -> str:
        """``3 payments, 1 bill, 1 payment method``, for the lock; empty where there is nothing."""
        counted = (
            (self.payments, "payment"),
            (self.invoices, "bill"),
            (self.refunds, "refund"),
            (self.methods, "payment method"),
        )
        return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counted if number)


def what_is_locked(customer_id: int) -> Locked:
    """Asked before the factor is fresh, so it goes through a function of the database that can do this and no more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments, invoices, methods, refunds FROM redress_locked(%s)", [customer_id])
        return Locked(*cursor.fetchone())
