-- Public logging was one option with the archive: rooms keep their archive, and are logged in public where anybody may
-- find and enter them, and so read it.
UPDATE rooms SET options = json_set(options, '$.logged', json(iif(
  options ->> '$.archive' AND options ->> '$.public'
    AND NOT options ->> '$.membersOnly' AND options ->> '$.password' = '',
  'true', 'false')));
