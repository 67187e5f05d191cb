-- Stanzas that were set aside and are no more: the story of their call tells what became of them, while it is remembered.
CREATE TABLE gone_letters (
  letter  INTEGER NOT NULL,                -- its id among those set aside
  seq     INTEGER NOT NULL,                -- its row in the outbox
  died_at INTEGER NOT NULL,                -- milliseconds since 1970, as gone_at
  reason  TEXT    NOT NULL,                -- why it was set aside
  gone_at INTEGER NOT NULL,
  how     TEXT    NOT NULL CHECK (how IN ('dropped', 'retried'))
) STRICT;
CREATE INDEX gone_letters_by_row ON gone_letters (seq);
