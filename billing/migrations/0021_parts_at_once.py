"""Sums of parts are checked for all rows of an insert at once; a discrepancy's birth is in its row."""

from django.db import migrations

# What 0017 asked row by row, and the OR of its last question, which was a loop in a loop. Lines and expected money are
# locked before their sums are read, in the order of their ids: whoever else gives parts of them away waits.
FIT = """
CREATE OR REPLACE FUNCTION redress_match_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
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
    EXECUTE 'SELECT f.id FROM fresh f JOIN billing_matchpart p ON p.line_id = f.line_id
        WHERE f.alone AND NOT p.alone AND p.status IN (''found'', ''waiting'', ''posted'') LIMIT 1' INTO wrong;
    IF wrong IS NULL THEN
        EXECUTE 'SELECT f.id FROM fresh f JOIN billing_matchpart p ON p.expected_id = f.expected_id
            WHERE f.alone AND NOT p.alone AND p.status IN (''found'', ''waiting'', ''posted'') LIMIT 1' INTO wrong;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'part % would hold what is held in pieces', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_not_twice';
    END IF;
    IF EXISTS (SELECT 1 FROM fresh WHERE NOT alone AND status IN ('found', 'waiting', 'posted')) THEN
        EXECUTE 'SELECT count(*) FROM (SELECT w.id FROM billing_statementline w WHERE w.id IN
            (SELECT line_id FROM fresh WHERE NOT alone) ORDER BY w.id FOR UPDATE) AS locked' INTO wrong;
        EXECUTE 'SELECT w.id FROM (
            SELECT line_id, line_minor FROM billing_matchpart WHERE alone
                AND status IN (''found'', ''waiting'', ''posted'')
                AND line_id IN (SELECT line_id FROM fresh WHERE NOT alone)
            UNION ALL
            SELECT line_id, line_minor FROM billing_matchpart WHERE NOT alone
                AND status IN (''found'', ''waiting'', ''posted'')
                AND line_id IN (SELECT line_id FROM fresh WHERE NOT alone)
        ) AS p JOIN billing_statementline w ON w.id = p.line_id
        GROUP BY w.id HAVING sum(p.line_minor) * sign(w.amount_minor) < 0
            OR abs(sum(p.line_minor)) > abs(w.amount_minor) LIMIT 1' INTO wrong;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'the parts of line % would be more than it', wrong
                USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_within_line';
        END IF;
        EXECUTE 'SELECT count(*) FROM (SELECT w.id FROM billing_expectedmoney w WHERE w.id IN
            (SELECT expected_id FROM fresh WHERE NOT alone) ORDER BY w.id FOR UPDATE) AS locked' INTO wrong;
        EXECUTE 'SELECT w.id FROM (
            SELECT expected_id, expected_minor FROM billing_matchpart WHERE alone
                AND status IN (''found'', ''waiting'', ''posted'')
                AND expected_id IN (SELECT expected_id FROM fresh WHERE NOT alone)
            UNION ALL
            SELECT expected_id, expected_minor FROM billing_matchpart WHERE NOT alone
                AND status IN (''found'', ''waiting'', ''posted'')
                AND expected_id IN (SELECT expected_id FROM fresh WHERE NOT alone)
        ) AS p JOIN billing_expectedmoney w ON w.id = p.expected_id
        GROUP BY w.id HAVING sum(p.expected_minor) * sign(w.amount_minor) < 0
            OR abs(sum(p.expected_minor)) > abs(w.amount_minor) LIMIT 1' INTO wrong;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'the parts of expected money % would be more than it', wrong
                USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_within_expected';
        END IF;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER match_part_sums_on_insert ON billing_matchpart;
DROP TRIGGER match_part_sums_on_update ON billing_matchpart;
CREATE TRIGGER match_part_sums_on_update AFTER UPDATE OF status ON billing_matchpart FOR EACH ROW
    WHEN (NEW.status IN ('found', 'waiting', 'posted') AND OLD.status NOT IN ('found', 'waiting', 'posted'))
    EXECUTE FUNCTION redress_match_part_sums();
"""
# Back to asking row by row; the function of whole inserts may stay as it is, it asks no less.
NOT_FIT = """
DROP TRIGGER match_part_sums_on_update ON billing_matchpart;
CREATE TRIGGER match_part_sums_on_insert AFTER INSERT ON billing_matchpart FOR EACH ROW
    WHEN (NEW.status IN ('found', 'waiting', 'posted') AND (NOT NEW.alone OR NEW.status = 'posted'))
    EXECUTE FUNCTION redress_match_part_sums();
CREATE TRIGGER match_part_sums_on_update AFTER UPDATE OF status ON billing_matchpart FOR EACH ROW
    WHEN (NEW.status IN ('found', 'waiting', 'posted') AND NEW.status <> OLD.status AND NOT NEW.alone)
    EXECUTE FUNCTION redress_match_part_sums();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0020_discrepancy_births")]

    operations = [migrations.RunSQL(FIT, NOT_FIT)]
