-- What a database needs before its first migration, run in it by its owner. Safe to repeat.

CREATE EXTENSION IF NOT EXISTS pg_trgm;   -- search that forgives typing errors
CREATE EXTENSION IF NOT EXISTS unaccent;  -- search that forgives accents

-- Tables the owner makes from now on are for the runtime role to read and write, and no more than that:
-- TRUNCATE, REFERENCES and TRIGGER stay with the owner. Append-only tables take UPDATE and DELETE back
-- in the migration that creates them.
ALTER DEFAULT PRIVILEGES FOR ROLE redress_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO redress_app;
ALTER DEFAULT PRIVILEGES FOR ROLE redress_owner GRANT USAGE, SELECT ON SEQUENCES TO redress_app;
