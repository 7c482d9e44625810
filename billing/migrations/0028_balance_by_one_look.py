"""The same rule as in 0005, by one look at a posting's entries instead of two, and no JSON of each row.

It runs for every posting and every entry of a bulk import, where it took a quarter of the time.
"""

from importlib import import_module

from django.db import migrations

CHECK = """
CREATE OR REPLACE FUNCTION redress_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope_before text := coalesce(current_setting('redress.scope', true), '');
    posting bigint;
    entries bigint;
    unbalanced text;
BEGIN
    IF TG_TABLE_NAME = 'billing_posting' THEN
        posting := NEW.id;
    ELSE
        posting := NEW.posting_id;
    END IF;
    IF scope_before <> 'system' THEN
        PERFORM set_config('redress.scope', 'system', true);
    END IF;
    SELECT coalesce(sum(each), 0), string_agg(currency || ' by ' || off, ', ') FILTER (WHERE off <> 0)
    INTO entries, unbalanced FROM (
        SELECT currency, count(*) AS each, sum(amount_minor) AS off FROM billing_ledgerentry
        WHERE posting_id = posting GROUP BY currency
    ) AS sums;
    IF scope_before <> 'system' THEN
        PERFORM set_config('redress.scope', scope_before, true);
    END IF;
    IF entries < 2 THEN
        RAISE EXCEPTION 'posting % has % entries; it needs at least two', posting, entries
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_two_entries';
    ELSIF unbalanced IS NOT NULL THEN
        RAISE EXCEPTION 'posting % does not balance: %', posting, unbalanced
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_balances';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = import_module("billing.migrations.0005_ledger_balance").BALANCE.partition("CREATE CONSTRAINT TRIGGER")[0]


class Migration(migrations.Migration):
    dependencies = [("billing", "0027_lines_by_day")]

    operations = [migrations.RunSQL(CHECK, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
