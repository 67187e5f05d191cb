-- Migration to version 11 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/extending.md.

-- What was served since an import isn't overwritten by another one unasked.
CREATE TABLE imported (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  ended_at INTEGER NOT NULL
) STRICT;
