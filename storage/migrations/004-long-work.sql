-- People who are leaving all their rooms (clear_staff), until the last of their rooms is done with. What they were
-- made members of after that moment stays.
CREATE TABLE dismissals (
  jid      TEXT    PRIMARY KEY,            -- bare
  asked_at INTEGER NOT NULL                -- microseconds since 1970, as in affiliations.since
) STRICT, WITHOUT ROWID;

-- Destroyed rooms of which much is left to delete: their names are free already, theirs is a slash and their id.
CREATE TABLE remains (
  room INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE
) STRICT;
