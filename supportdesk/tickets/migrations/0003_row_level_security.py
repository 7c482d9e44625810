"""What quotes payment data shows only to whom it concerns; a deed, once written, stays as it was."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly

APPEND_ONLY = ("timelineevent", "queuehistory", "tickethistory", "macrohistory", "escalationhistory")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_queue_categories"), ("billing", "0003_append_only")]

    operations = [
        # The diagnosis may name what must never be told to a customer; a draft is nobody's but the agent's.
        EnableScope("ticketfinding", owner=None),
        EnableScope("draftmoneybody", owner=None),
        EnableScope("messagemoneybody"),
        # Of what is theirs, a customer sees replies and never a note.
        migrations.RunSQL(
            """
            CREATE POLICY redress_shown ON tickets_messagemoneybody AS RESTRICTIVE FOR SELECT
            USING ((SELECT current_setting('redress.scope', true)) IN ('system', 'agent') OR shown_to_customer)
            """,
            "DROP POLICY redress_shown ON tickets_messagemoneybody",
        ),
        *(AppendOnly(name) for name in APPEND_ONLY),
    ]
