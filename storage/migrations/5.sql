-- Migration to version 5 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- A retracted message's text leaves the queues of outgoing webhooks, too.
ALTER TABLE hook_events ADD COLUMN message INTEGER;
CREATE INDEX hook_events_by_message ON hook_events (message) WHERE message IS NOT NULL;
CREATE TRIGGER archive_retracted AFTER UPDATE OF retracted ON archive WHEN new.retracted = 1 BEGIN
  DELETE FROM hook_events WHERE message = new.id;
END;
-- Acks are recorded of calls only; rooms, too, left one for each write.
CREATE INDEX calls_by_last ON calls (last) WHERE last IS NOT NULL;
DELETE FROM acks WHERE NOT EXISTS (
  SELECT 1 FROM calls WHERE last < acks.row_id
    AND last >= coalesce((SELECT max(row_id) FROM acks AS earlier WHERE earlier.row_id < acks.row_id), 0));

-- Operators have rights; those who were added before keep all.
ALTER TABLE operators ADD COLUMN may TEXT NOT NULL DEFAULT 'all';
