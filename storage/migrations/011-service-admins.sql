-- Who administered the service when its rooms were last told: whoever does no more loses their rights inside.
CREATE TABLE service_admins (
  jid TEXT PRIMARY KEY                     -- bare
) STRICT, WITHOUT ROWID;
