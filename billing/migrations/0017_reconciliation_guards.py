"""No line and no expected amount is given away twice, whoever writes. And who may see it."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly

# One look at all rows of an insert: what they tie exists, a part that stands alone is the whole of both, and neither
# is held in pieces already. Several of them at once are refused by the unique indexes. EXECUTE, since a plan kept
# from an insert of one row would never end on a million.
WHOLE = """
CREATE FUNCTION redress_match_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    EXECUTE 'SELECT f.id FROM fresh f LEFT JOIN billing_statementline l ON l.id = f.line_id
        WHERE f.line_id IS NOT NULL AND (l.id IS NULL OR f.alone AND l.amount_minor <> f.line_minor) LIMIT 1'
        INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'part % does not fit its line', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_fits_line';
    END IF;
    EXECUTE 'SELECT f.id FROM fresh f LEFT JOIN billing_expectedmoney e ON e.id = f.expected_id
        WHERE f.expected_id IS NOT NULL AND (e.id IS NULL OR f.alone AND e.amount_minor <> f.expected_minor) LIMIT 1'
        INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'part % does not fit what was expected', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_fits_expected';
    END IF;
    EXECUTE 'SELECT f.id FROM fresh f WHERE f.match_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM billing_match m WHERE m.id = f.match_id) LIMIT 1' INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'part % belongs to no match', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'match_part_of_match';
    END IF;
    EXECUTE 'SELECT f.id FROM fresh f
        JOIN billing_matchpart p ON (p.line_id = f.line_id OR p.expected_id = f.expected_id)
            AND NOT p.alone AND p.status IN (''found'', ''waiting'', ''posted'')
        WHERE f.alone AND EXISTS (SELECT 1 FROM fresh WHERE alone)
        AND EXISTS (SELECT 1 FROM billing_matchpart WHERE NOT alone AND status IN (''found'', ''waiting'', ''posted''))
        LIMIT 1' INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'part % would hold what is held in pieces', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_not_twice';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER match_parts_fit AFTER INSERT ON billing_matchpart
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION redress_match_parts_fit();
"""
NOT_WHOLE = """
DROP TRIGGER match_parts_fit ON billing_matchpart;
DROP FUNCTION redress_match_parts_fit();
"""

# One row: the sums, after locking the line and what was expected, in this order. It speaks for every part that stands
# not alone, and for every part at the moment it is posted.
SUMS = """
CREATE FUNCTION redress_match_part_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    held numeric;
BEGIN
    IF NEW.line_id IS NOT NULL THEN
        SELECT amount_minor INTO STRICT whole FROM billing_statementline WHERE id = NEW.line_id FOR UPDATE;
        SELECT coalesce((SELECT sum(line_minor) FROM billing_matchpart
                WHERE line_id = NEW.line_id AND alone AND status IN ('found', 'waiting', 'posted')), 0)
            + coalesce((SELECT sum(line_minor) FROM billing_matchpart
                WHERE line_id = NEW.line_id AND NOT alone AND status IN ('found', 'waiting', 'posted')), 0)
            INTO held;
        IF held * sign(whole) < 0 OR abs(held) > abs(whole) THEN
            RAISE EXCEPTION 'the parts of line % would be %, more than %', NEW.line_id, held, whole
                USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_within_line';
        END IF;
    END IF;
    IF NEW.expected_id IS NOT NULL THEN
        SELECT amount_minor INTO STRICT whole FROM billing_expectedmoney WHERE id = NEW.expected_id FOR UPDATE;
        SELECT coalesce((SELECT sum(expected_minor) FROM billing_matchpart
                WHERE expected_id = NEW.expected_id AND alone AND status IN ('found', 'waiting', 'posted')), 0)
            + coalesce((SELECT sum(expected_minor) FROM billing_matchpart
                WHERE expected_id = NEW.expected_id AND NOT alone AND status IN ('found', 'waiting', 'posted')), 0)
            INTO held;
        IF held * sign(whole) < 0 OR abs(held) > abs(whole) THEN
            RAISE EXCEPTION 'the parts of expected money % would be %, more than %', NEW.expected_id, held, whole
                USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_within_expected';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER match_part_sums_on_insert AFTER INSERT ON billing_matchpart FOR EACH ROW
    WHEN (NEW.status IN ('found', 'waiting', 'posted') AND (NOT NEW.alone OR NEW.status = 'posted'))
    EXECUTE FUNCTION redress_match_part_sums();
CREATE TRIGGER match_part_sums_on_update AFTER UPDATE OF status ON billing_matchpart FOR EACH ROW
    WHEN (NEW.status IN ('found', 'waiting', 'posted') AND NEW.status <> OLD.status AND NOT NEW.alone)
    EXECUTE FUNCTION redress_match_part_sums();
"""
NO_SUMS = """
DROP TRIGGER match_part_sums_on_insert ON billing_matchpart;
DROP TRIGGER match_part_sums_on_update ON billing_matchpart;
DROP FUNCTION redress_match_part_sums();
"""

# What was matched stays readable: only the status moves on, and the match that undid it is named.
FROZEN = """
CREATE FUNCTION redress_match_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a part of a match is never rewritten or deleted: % refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Undo the match and make another.';
END $$;
CREATE TRIGGER match_part_frozen BEFORE UPDATE ON billing_matchpart FOR EACH ROW
    WHEN ((NEW.line_id, NEW.expected_id, NEW.line_minor, NEW.expected_minor, NEW.rule, NEW.alone)
        IS DISTINCT FROM (OLD.line_id, OLD.expected_id, OLD.line_minor, OLD.expected_minor, OLD.rule, OLD.alone)
        OR OLD.match_id IS NOT NULL AND NEW.match_id IS DISTINCT FROM OLD.match_id)
    EXECUTE FUNCTION redress_match_part_frozen();
CREATE TRIGGER match_part_kept BEFORE DELETE ON billing_matchpart FOR EACH ROW
    EXECUTE FUNCTION redress_match_part_frozen();

CREATE FUNCTION redress_matched_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tied boolean;
BEGIN
    IF TG_TABLE_NAME = 'billing_statementline' THEN
        tied := EXISTS (SELECT 1 FROM billing_matchpart WHERE line_id = OLD.id AND alone AND status IN
            ('found', 'waiting', 'posted'))
            OR EXISTS (SELECT 1 FROM billing_matchpart WHERE line_id = OLD.id AND NOT alone);
    ELSE
        tied := EXISTS (SELECT 1 FROM billing_matchpart WHERE expected_id = OLD.id AND alone AND status IN
            ('found', 'waiting', 'posted'))
            OR EXISTS (SELECT 1 FROM billing_matchpart WHERE expected_id = OLD.id AND NOT alone);
    END IF;
    IF tied THEN
        RAISE EXCEPTION '% of % is matched', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'match_part_refers_to_it';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER matched_is_kept BEFORE DELETE ON billing_statementline
    FOR EACH ROW EXECUTE FUNCTION redress_matched_is_kept();
CREATE TRIGGER matched_is_kept BEFORE DELETE ON billing_expectedmoney
    FOR EACH ROW EXECUTE FUNCTION redress_matched_is_kept();
"""
NOT_FROZEN = """
DROP TRIGGER matched_is_kept ON billing_statementline;
DROP TRIGGER matched_is_kept ON billing_expectedmoney;
DROP FUNCTION redress_matched_is_kept();
DROP TRIGGER match_part_frozen ON billing_matchpart;
DROP TRIGGER match_part_kept ON billing_matchpart;
DROP FUNCTION redress_match_part_frozen();
"""

TABLES = ("expectedmoney", "discrepancy", "payout")


class Migration(migrations.Migration):
    dependencies = [("billing", "0016_reconciliation")]

    operations = [
        migrations.RunSQL(WHOLE, NOT_WHOLE),
        migrations.RunSQL(SUMS, NO_SUMS),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
        *(
            migrations.RunSQL(
                f"ALTER TABLE billing_{table} ADD CONSTRAINT {table}_currency_known"
                " CHECK (redress_currency_known(currency))",
                f"ALTER TABLE billing_{table} DROP CONSTRAINT {table}_currency_known",
            )
            for table in TABLES
        ),
        EnableScope("expectedmoney", owner=None),
        EnableScope("match", owner=None),
        EnableScope("matchpart", owner=None),
        EnableScope("discrepancy", owner=None),
        EnableScope("payout", owner=None),
        EnableScope("matchhistory", owner=None),
        EnableScope("discrepancyhistory", owner=None),
        EnableScope("payouthistory", owner=None),
        AppendOnly("matchhistory"),
        AppendOnly("discrepancyhistory"),
        AppendOnly("payouthistory"),
    ]
