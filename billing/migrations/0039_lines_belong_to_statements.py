"""A line's statement and account are checked once for an insert: row by row it was a fifth of the time of an import."""

import django.db.models.deletion
from django.db import migrations, models

# The statements are locked as a foreign key would lock them: nobody deletes one while lines of it are being added.
BELONG = """
CREATE FUNCTION redress_lines_belong() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stray bigint;
BEGIN
    PERFORM FROM billing_statement s WHERE s.id IN (SELECT statement_id FROM fresh) FOR KEY SHARE;
    SELECT f.statement_id INTO stray FROM (SELECT DISTINCT statement_id, account_id FROM fresh) AS f
    WHERE NOT EXISTS (SELECT FROM billing_statement s WHERE s.id = f.statement_id AND s.account_id = f.account_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a line is of no statement of its account: %', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_line_of_statement';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_lines_belong AFTER INSERT ON billing_statementline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION redress_lines_belong();
CREATE FUNCTION redress_line_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'line % stays where the bank has put it', OLD.id
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_line_of_statement';
END $$;
CREATE TRIGGER statement_line_stays BEFORE UPDATE OF statement_id, account_id ON billing_statementline FOR EACH ROW
    WHEN (NEW.statement_id <> OLD.statement_id OR NEW.account_id <> OLD.account_id)
    EXECUTE FUNCTION redress_line_moves();
CREATE FUNCTION redress_statement_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM billing_statementline l WHERE l.statement_id = OLD.id) THEN
        RAISE EXCEPTION 'statement % has lines', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_line_of_statement';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_keeps_lines BEFORE DELETE ON billing_statement FOR EACH ROW
    EXECUTE FUNCTION redress_statement_has_lines();
CREATE TRIGGER statement_keeps_account BEFORE UPDATE OF id, account_id ON billing_statement FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id) EXECUTE FUNCTION redress_statement_has_lines();
"""
NOT_BELONG = """
DROP TRIGGER statement_keeps_account ON billing_statement;
DROP TRIGGER statement_keeps_lines ON billing_statement;
DROP FUNCTION redress_statement_has_lines();
DROP TRIGGER statement_line_stays ON billing_statementline;
DROP FUNCTION redress_line_moves();
DROP TRIGGER statement_lines_belong ON billing_statementline;
DROP FUNCTION redress_lines_belong();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0038_lines_open_until_matched")]

    operations = [
        migrations.AlterField(
            model_name="statementline",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="billing.bankaccount",
            ),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="statement",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="billing.statement",
            ),
        ),
        migrations.RunSQL(BELONG, NOT_BELONG),
    ]
