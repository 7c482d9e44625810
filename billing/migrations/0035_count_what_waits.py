"""How much waits for a second person, as a number that needs no scope.

Whoever may decide has to learn that something waits before they have proved who they are. The function opens the
system's scope for its own length and lets out three counts and nothing else: no row, no amount, no name. (An error
inside ends the transaction, and the scope with it. A SET clause would be shorter, but only a superuser may write one
for a setting of ours.) Partial indexes hold what waits, and the counting stops at ``most``.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION billing_waiting_for_second_person(reader bigint, most integer) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    was text := coalesce(current_setting('redress.scope', true), '');
    counted integer[];
BEGIN
    PERFORM set_config('redress.scope', 'system', true);
    SELECT ARRAY[
        (SELECT count(*) FROM (SELECT 1 FROM billing_refund
            WHERE status = 'requested' AND requested_by_id IS DISTINCT FROM reader LIMIT most) AS waiting),
        (SELECT count(*) FROM (SELECT 1 FROM billing_creditnote
            WHERE status = 'requested' AND requested_by_id IS DISTINCT FROM reader LIMIT most) AS waiting),
        (SELECT count(*) FROM (SELECT 1 FROM billing_match
            WHERE status = 'waiting' AND asked_by_id IS DISTINCT FROM reader LIMIT most) AS waiting)
    ]::integer[] INTO counted;
    PERFORM set_config('redress.scope', was, true);
    RETURN counted;
END
$$
"""
DROP = "DROP FUNCTION billing_waiting_for_second_person(bigint, integer)"


class Migration(migrations.Migration):
    dependencies = [("billing", "0034_name_what_keeping_means")]

    operations = [migrations.RunSQL(CREATE, DROP)]
