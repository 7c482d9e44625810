"""How much is behind the lock, for people who have not opened it yet: four numbers, and nothing else."""

from django.db import migrations

# SECURITY DEFINER with a fixed search_path: nobody's own table named billing_payment can stand in for ours. It runs as
# the tables' owner, whom FORCE ROW LEVEL SECURITY binds too, hence the scope, which is put back before it returns.
CREATE = """
CREATE FUNCTION redress_locked(
    whose bigint, OUT payments bigint, OUT invoices bigint, OUT methods bigint, OUT refunds bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope_before text := coalesce(current_setting('redress.scope', true), '');
BEGIN
    PERFORM set_config('redress.scope', 'system', true);
    SELECT count(*) INTO payments FROM public.billing_payment WHERE customer_id = whose;
    SELECT count(*) INTO invoices FROM public.billing_invoice WHERE customer_id = whose;
    SELECT count(*) INTO methods FROM public.billing_paymentmethod WHERE customer_id = whose;
    SELECT count(*) INTO refunds FROM public.billing_refund WHERE customer_id = whose;
    PERFORM set_config('redress.scope', scope_before, true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_ledger_balance")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION redress_locked(bigint)")]
