-- The database roles, once per cluster, by a superuser. Safe to repeat.
-- On a server of your own, add passwords: ALTER ROLE redress_owner PASSWORD '…';

-- Owns the tables and runs migrations. Not a superuser, so that row-level security, once forced, binds it too.
-- CREATEDB is for the test database alone; take it away in production.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_owner') THEN
        CREATE ROLE redress_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
    END IF;
    -- What the web, worker, beat and relay processes are. It owns nothing and holds granted rights only.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_app') THEN
        CREATE ROLE redress_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    -- Owns the queues of the embedded broker and nothing else.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_broker') THEN
        CREATE ROLE redress_broker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END
$$;

-- The processes sign in as redress_owner and step down with `-c role=redress_app` on the same connection.
GRANT redress_app TO redress_owner;
