-- By which messages in archives are found by their text (rooms-search.ts): for each, its room and the pairs of
-- characters that follow each other in it. Only those that are kept are in it, up to one; later ones follow soon.
CREATE VIRTUAL TABLE archive_grams USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);
CREATE TABLE archive_indexed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO archive_indexed VALUES (0);

-- What is gone or retracted is found no more, whatever deletes it.
CREATE TRIGGER archive_deleted AFTER DELETE ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
CREATE TRIGGER archive_changed AFTER UPDATE OF stanza ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
