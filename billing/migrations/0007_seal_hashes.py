"""How a link of the audit chain is hashed, in the database, so that a million of them are checked in seconds."""

from django.db import migrations

CREATE = """
CREATE FUNCTION redress_link_hash(
    previous bytea, row_hash bytea, seq bigint, source text, source_id bigint, source_xid xid8, form int
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(previous || row_hash || convert_to(
        seq::text || '|' || source || '|' || source_id::text || '|' || source_xid::text || '|' || form::text, 'UTF8'))
$$;
"""
DROP = "DROP FUNCTION redress_link_hash(bytea, bytea, bigint, text, bigint, xid8, int)"


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_locked_counts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
