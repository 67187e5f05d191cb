-- Reactions to a correction of an alert's message are reactions to that message.
ALTER TABLE alert_messages ADD COLUMN corrects TEXT;
