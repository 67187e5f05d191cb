-- Migration to version 10 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/extending.md.

-- After an absence of the component, the period in which a hook expects a post begins anew.
ALTER TABLE heartbeats ADD COLUMN counts_from INTEGER NOT NULL DEFAULT 0;
UPDATE heartbeats SET counts_from = posted_at + down_ms;
