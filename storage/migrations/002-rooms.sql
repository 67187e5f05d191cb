-- The group-chat rooms of the component.
CREATE TABLE rooms (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,      -- the localpart of the room's address
  secret     BLOB    NOT NULL,             -- the key of its occupant-ids
  created_at INTEGER NOT NULL,             -- milliseconds since 1970
  locked     INTEGER NOT NULL,             -- 1: made by entering it, and not configured yet
  listed     INTEGER NOT NULL,             -- 1: shown in the service's list
  options    TEXT    NOT NULL,             -- JSON
  subject    TEXT                          -- JSON: what, who and when; null: never set
) STRICT;
CREATE INDEX rooms_listed ON rooms (name) WHERE listed = 1;

-- Who is what in a room, whether inside or not. A domain alone may be an outcast.
CREATE TABLE affiliations (
  room        INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid         TEXT    NOT NULL,            -- bare
  affiliation TEXT    NOT NULL CHECK (affiliation IN ('owner', 'admin', 'member', 'outcast')),
  since       INTEGER NOT NULL,            -- microseconds since 1970: the order in which they came
  nick        TEXT,                        -- reserved for them
  reason      TEXT,
  invited     INTEGER NOT NULL DEFAULT 0,  -- 1: told that something was said while they were not inside
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_by_jid ON affiliations (jid);

-- Whose sessions are inside, so that a restart empties no room.
CREATE TABLE occupants (
  room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid        TEXT    NOT NULL,             -- full
  nick       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('moderator', 'participant', 'visitor')),
  presence   TEXT    NOT NULL,             -- the children of its last presence, as XML
  present_at INTEGER NOT NULL,             -- when that came, in microseconds since 1970
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;

-- What was said. Its id is the stanza-id (XEP-0359): microseconds since 1970, given to one message alone.
CREATE TABLE archive (
  id     INTEGER PRIMARY KEY,
  room   INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  kept   INTEGER NOT NULL,                 -- 1: in the archive (XEP-0313)
  said   INTEGER NOT NULL,                 -- 1: in the history of those who enter
  sender TEXT    NOT NULL,                 -- bare, the real address
  nick   TEXT    NOT NULL,
  stanza TEXT    NOT NULL                  -- without `to`
) STRICT;
CREATE INDEX archive_by_room ON archive (room, id, kept, said);
