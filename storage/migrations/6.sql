-- Migration to version 6 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- Alerts call people step by step, and mention them.
ALTER TABLE hooks ADD COLUMN steps TEXT;
ALTER TABLE hooks ADD COLUMN steps_from TEXT;
ALTER TABLE hooks ADD COLUMN mentions TEXT;
ALTER TABLE hooks ADD COLUMN mentions_from TEXT;
-- Rosters say who is on duty.
CREATE TABLE rosters (
  name      TEXT PRIMARY KEY,
  people    TEXT    NOT NULL,
  every     TEXT,
  starts    TEXT,
  zone      TEXT    NOT NULL,
  calendar  TEXT,
  file      TEXT,
  inner     TEXT    NOT NULL,
  read_at   INTEGER,
  fault     TEXT,
  faulty_at INTEGER,
  retry_at  INTEGER,
  alerted   INTEGER NOT NULL DEFAULT 0 CHECK (alerted IN (0, 1)),
  on_duty   TEXT,
  leaving   TEXT,
  coming    TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_shifts (
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL,
  PRIMARY KEY (roster, starts, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_covers (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL
) STRICT;
CREATE INDEX duty_covers_by_roster ON duty_covers (roster, ends);
