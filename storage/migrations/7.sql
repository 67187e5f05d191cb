-- Migration to version 7 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- Programs list the open alerts of their hooks.
CREATE INDEX alerts_open_of_hook ON alerts (hook, id) WHERE state <> 'resolved';

-- The messages of hooks whose programs gave them a key, by which they correct and retract them.
CREATE TABLE keyed_messages (
  hook      TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name      BLOB    NOT NULL,              -- a hash of the program's key
  receiver  TEXT    NOT NULL,              -- the bare address of the room or the user
  message   TEXT    NOT NULL,              -- the id of the first version, which corrections name
  version   TEXT    NOT NULL,              -- the id of the newest version
  content   BLOB    NOT NULL,              -- a hash of the newest version's text
  stanza_id TEXT,                          -- the room's id of the first version (XEP-0359); null: none, or not known yet
  said_at   INTEGER NOT NULL,
  PRIMARY KEY (hook, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX keyed_messages_by_age ON keyed_messages (hook, said_at);
CREATE INDEX keyed_messages_by_message ON keyed_messages (receiver, message);
