-- Migration to version 2 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- Which release of the program made each version of this database's schema.
CREATE TABLE migrations (
  version INTEGER PRIMARY KEY,
  program TEXT    NOT NULL,                -- the release that made this version of the schema
  at      INTEGER NOT NULL
) STRICT;

ALTER TABLE hooks ADD COLUMN announces INTEGER NOT NULL DEFAULT 0;
