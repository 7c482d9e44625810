"""Parts are checked against line and expected money in one look, and beside a run nobody gives pieces away."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("billing.migrations.0021_parts_at_once")

# A run holds the lock of matching alone. Whoever gives pieces away takes the same lock, together with others, and so
# waits for the run: row locks are then needed only among those others. A run that locked a hundred thousand rows one
# by one would write every page of both tables anew.
LOCK = """
CREATE FUNCTION redress_lock_pieces() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name bigint := hashtextextended('matching', 0);
BEGIN
    PERFORM pg_advisory_xact_lock_shared(name);
    RETURN NOT EXISTS (SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND mode = 'ExclusiveLock'
            AND classid = (name >> 32 & 4294967295)::oid AND objid = (name & 4294967295)::oid AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
END $$;
"""
NO_LOCK = "DROP FUNCTION redress_lock_pieces();"

# As in 0021, but the parts of an insert are read once for both of their first questions.
FIT = """
CREATE OR REPLACE FUNCTION redress_match_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong_line bigint;
    wrong_expected bigint;
    wrong bigint;
BEGIN
    EXECUTE 'SELECT min(f.id) FILTER (WHERE f.line_id IS NOT NULL
                AND (l.id IS NULL OR f.alone AND l.amount_minor <> f.line_minor)),
            min(f.id) FILTER (WHERE f.expected_id IS NOT NULL
                AND (e.id IS NULL OR f.alone AND e.amount_minor <> f.expected_minor))
        FROM fresh f
        LEFT JOIN billing_statementline l ON l.id = f.line_id
        LEFT JOIN billing_expectedmoney e ON e.id = f.expected_id' INTO wrong_line, wrong_expected;
    IF wrong_line IS NOT NULL THEN
        RAISE EXCEPTION 'part % does not fit its line', wrong_line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_part_fits_line';
    END IF;
    IF wrong_expected IS NOT NULL THEN
        RAISE EXCEPTION 'part % does not fit what was expected', wrong_expected
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
        IF redress_lock_pieces() THEN
            EXECUTE 'SELECT count(*) FROM (SELECT w.id FROM billing_statementline w WHERE w.id IN
                (SELECT line_id FROM fresh WHERE NOT alone) ORDER BY w.id FOR UPDATE) AS locked' INTO wrong;
            EXECUTE 'SELECT count(*) FROM (SELECT w.id FROM billing_expectedmoney w WHERE w.id IN
                (SELECT expected_id FROM fresh WHERE NOT alone) ORDER BY w.id FOR UPDATE) AS locked' INTO wrong;
        END IF;
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
"""

TAKE_LOCK = "    PERFORM pg_advisory_xact_lock_shared(hashtextextended('matching', 0));\n"
# The same for a part that begins to hold by its status: as in 0017, behind the lock.
SUMS = """
CREATE OR REPLACE FUNCTION redress_match_part_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    held numeric;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('matching', 0));
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
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0024_bank_answers")]

    operations = [
        migrations.RunSQL(LOCK, NO_LOCK),
        migrations.RunSQL(FIT, BEFORE.FIT.split("DROP TRIGGER")[0]),
        migrations.RunSQL(SUMS, SUMS.replace(TAKE_LOCK, "")),
    ]
