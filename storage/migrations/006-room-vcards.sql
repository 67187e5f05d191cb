-- Rooms' vCards. Their pictures' hashes come first: SQLite then reads them without reading the pictures.
CREATE TABLE room_vcards (
  room     INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  pictures TEXT    NOT NULL,               -- SHA-1 in hex of each picture that it holds, a space between two
  vcard    TEXT    NOT NULL                -- XML
) STRICT;
