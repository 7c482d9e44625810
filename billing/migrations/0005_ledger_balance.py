"""The books balance, or the transaction does not commit."""

from django.db import migrations

# An entry counts in its account's currency. The pair is unique by itself; the key gives the entries one to refer to.
SAME_CURRENCY = """
ALTER TABLE billing_ledgeraccount ADD CONSTRAINT ledger_account_and_currency UNIQUE (id, currency);
ALTER TABLE billing_ledgerentry ADD CONSTRAINT ledger_entry_in_currency_of_account
    FOREIGN KEY (account_id, currency) REFERENCES billing_ledgeraccount (id, currency) DEFERRABLE INITIALLY DEFERRED;
"""
NOT_SAME_CURRENCY = """
ALTER TABLE billing_ledgerentry DROP CONSTRAINT ledger_entry_in_currency_of_account;
ALTER TABLE billing_ledgeraccount DROP CONSTRAINT ledger_account_and_currency;
"""

# Runs at commit, when the scope of the block that wrote may have ended; without its own scope the function would see
# no entry and find every posting out of balance. It puts the scope back: a deferred trigger can be fired early.
BALANCE = """
CREATE FUNCTION redress_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope_before text := coalesce(current_setting('redress.scope', true), '');
    posting bigint := CASE WHEN TG_TABLE_NAME = 'billing_posting' THEN to_jsonb(NEW)->>'id' ELSE
        to_jsonb(NEW)->>'posting_id' END;
    entries bigint;
    unbalanced text;
BEGIN
    PERFORM set_config('redress.scope', 'system', true);
    SELECT count(*) INTO entries FROM billing_ledgerentry WHERE posting_id = posting;
    SELECT string_agg(currency || ' by ' || off, ', ') INTO unbalanced FROM (
        SELECT currency, sum(amount_minor) AS off FROM billing_ledgerentry
        WHERE posting_id = posting GROUP BY currency HAVING sum(amount_minor) <> 0
    ) AS sums;
    PERFORM set_config('redress.scope', scope_before, true);
    IF entries < 2 THEN
        RAISE EXCEPTION 'posting % has % entries; it needs at least two', posting, entries
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_two_entries';
    ELSIF unbalanced IS NOT NULL THEN
        RAISE EXCEPTION 'posting % does not balance: %', posting, unbalanced
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON billing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION redress_posting_balances();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON billing_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION redress_posting_balances();
"""
NO_BALANCE = """
DROP TRIGGER posting_balances ON billing_ledgerentry;
DROP TRIGGER posting_balances ON billing_posting;
DROP FUNCTION redress_posting_balances();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_known_currencies")]

    operations = [
        migrations.RunSQL(SAME_CURRENCY, NOT_SAME_CURRENCY),
        migrations.RunSQL(BALANCE, NO_BALANCE),
    ]
