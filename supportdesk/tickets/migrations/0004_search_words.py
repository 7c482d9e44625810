"""The words a ticket is found by: its subject, and what the customer wrote. Sealed texts are not in there.

Triggers keep them, so that no writer can forget: COPY and SQL included. Messages are read in one go for a whole
statement, which keeps bulk loads fast.
"""

from django.db import migrations

FORWARDS = """
CREATE TEXT SEARCH CONFIGURATION redress_tickets (COPY = english);
ALTER TEXT SEARCH CONFIGURATION redress_tickets
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;

-- A tsvector holds a megabyte at most. Long before that, more words find nothing new.
CREATE FUNCTION tickets_words(texts text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('redress_tickets', left(texts, 50000)), 'B')
$$;

CREATE FUNCTION tickets_all_words(number bigint, subject text) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('redress_tickets', subject), 'A') || tickets_words(coalesce(
        (SELECT string_agg(body, ' ' ORDER BY created_at) FROM tickets_message
         WHERE ticket_id = number AND kind = 'customer'), ''))
$$;

CREATE FUNCTION tickets_ticket_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.search := setweight(to_tsvector('redress_tickets', NEW.subject), 'A');
    ELSE
        NEW.search := tickets_all_words(NEW.id, NEW.subject);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_words BEFORE INSERT OR UPDATE OF subject ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION tickets_ticket_words();

CREATE FUNCTION tickets_new_messages_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_ticket AS ticket
    SET search = coalesce(ticket.search, ''::tsvector) || tickets_words(written.texts)
    FROM (
        SELECT ticket_id, string_agg(body, ' ' ORDER BY created_at) AS texts
        FROM written_rows WHERE kind = 'customer' GROUP BY ticket_id
    ) AS written
    WHERE ticket.id = written.ticket_id AND coalesce(pg_column_size(ticket.search), 0) < 400000;
    RETURN NULL;
END $$;
CREATE TRIGGER message_words AFTER INSERT ON tickets_message
    REFERENCING NEW TABLE AS written_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_new_messages_words();

-- A text changes for one reason only, a card number found in it late: what was removed leaves the index too.
CREATE FUNCTION tickets_changed_message_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_ticket SET search = tickets_all_words(id, subject) WHERE id = NEW.ticket_id;
    RETURN NULL;
END $$;
CREATE TRIGGER message_words_changed AFTER UPDATE OF body ON tickets_message
    FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION tickets_changed_message_words();
"""
BACKWARDS = """
DROP TRIGGER message_words_changed ON tickets_message;
DROP TRIGGER message_words ON tickets_message;
DROP TRIGGER ticket_words ON tickets_ticket;
DROP FUNCTION tickets_changed_message_words();
DROP FUNCTION tickets_new_messages_words();
DROP FUNCTION tickets_ticket_words();
DROP FUNCTION tickets_all_words(bigint, text);
DROP FUNCTION tickets_words(text);
DROP TEXT SEARCH CONFIGURATION redress_tickets;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_row_level_security")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
