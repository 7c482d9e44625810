from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look_at_bills(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Bills that lines of the bank paid before anybody counted it: the worker counts, and closes what is paid."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('redress.scope', 'system', true)")
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
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('redress.scope', '', true)")


class Migration(migrations.Migration):
    dependencies = [("billing", "0042_what_the_bank_brought")]

    operations = [migrations.RunPython(look_at_bills, migrations.RunPython.noop)]
