-- Fingerprints lie in the order in which they came; storage/fingerprints.ts finds them by an index in memory. An index
-- here would touch another page for each, as they are random, and write all those pages with each transaction.
ALTER TABLE accepted RENAME TO accepted_indexed;
CREATE TABLE accepted (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint BLOB    NOT NULL,
  accepted_at INTEGER NOT NULL
) STRICT;
INSERT INTO accepted (fingerprint, accepted_at) SELECT fingerprint, accepted_at FROM accepted_indexed ORDER BY id;
DROP TABLE accepted_indexed;
