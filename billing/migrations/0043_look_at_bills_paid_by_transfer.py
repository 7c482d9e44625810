from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Now


def look_at_bills(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _scope(schema_editor, "system")
    _say_which_were_paid_on_our_page(apps)
    _have_transfers_counted(apps)
    _scope(schema_editor, "")


def _say_which_were_paid_on_our_page(apps: Apps) -> None:
    visits = apps.get_model("billing", "Checkout").objects.filter(invoice=OuterRef("pk"), status="complete")
    bills = apps.get_model("billing", "Invoice").objects.filter(Exists(visits), status="paid")
    bills.update(paid_here_at=Coalesce(F("paid_at"), Now()))


def _have_transfers_counted(apps: Apps) -> None:
    """Bills that lines of the bank paid before anybody counted it: the worker counts, and closes what is paid."""
    parts = apps.get_model("billing", "MatchPart").objects.filter(expected__invoice__isnull=False, status="posted")
    message = apps.get_model("billing", "OutboxMessage")
    message.objects.bulk_create(
        (
            message(
                task="billing.tasks.settle_paid_bill",
                key=f"bill:{bill}:paid:counted",
                payload={"invoice_id": bill},
                origin={},
            )
            for bill in parts.order_by().values_list("expected__invoice", flat=True).distinct()
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def _scope(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('redress.scope', %s, true)", [name])


class Migration(migrations.Migration):
    dependencies = [("billing", "0042_what_the_bank_brought")]

    operations = [migrations.RunPython(look_at_bills, migrations.RunPython.noop)]
