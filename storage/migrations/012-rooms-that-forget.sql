-- Rooms that keep their archive for fewer days than the service, and those whose makers have yet to configure them: both
-- are looked for again and again, among very many that are neither.
CREATE INDEX rooms_forgetting ON rooms (id) WHERE options ->> '$.archiveDays' > 0;
CREATE INDEX rooms_locked ON rooms (created_at) WHERE locked = 1;
