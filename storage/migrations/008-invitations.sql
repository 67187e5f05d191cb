-- Who was invited through a room, and by whom: declines are passed on for these alone.
CREATE TABLE invitations (
  room    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  invited TEXT    NOT NULL,                -- bare
  inviter TEXT    NOT NULL,                -- bare, the real address
  shown   TEXT    NOT NULL,                -- the inviter's address as the invited was told it
  at      INTEGER NOT NULL,                -- microseconds since 1970
  PRIMARY KEY (room, invited, inviter)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_age ON invitations (room, at);
