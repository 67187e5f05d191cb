-- Migration to version 3 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- All lists have one item on each line.
UPDATE outgoing_hooks SET events = replace(events, ',', char(10));
