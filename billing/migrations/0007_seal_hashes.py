"""How a row and a link of the audit chain are hashed, in the database, so that a million rows are checked in seconds."""

from django.db import migrations

# Form 1 of a row: its columns as JSON, those that are null left out, so that a column added later leaves the hashes
# of older rows as they were. jsonb orders keys by itself. The caller sets TimeZone to UTC: times are written in it.
CREATE = """
CREATE FUNCTION redress_row_hash(content jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(jsonb_object_agg(key, value)::text, 'UTF8'))
    FROM jsonb_each(content) WHERE jsonb_typeof(value) <> 'null'
$$;

CREATE FUNCTION redress_link_hash(
    previous bytea, row_hash bytea, seq bigint, source text, source_id bigint, source_xid xid8, form int
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(previous || row_hash || convert_to(
        seq::text || '|' || source || '|' || source_id::text || '|' || source_xid::text || '|' || form::text, 'UTF8'))
$$;
"""
DROP = """
DROP FUNCTION redress_link_hash(bytea, bytea, bigint, text, bigint, xid8, int);
DROP FUNCTION redress_row_hash(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_locked_counts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
