import { onStage } from "../stage.js";
import { component, db, disk, everybody, link } from "../../../plays/component.js";
import { HAG, hag } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const FILL = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
  INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
  SELECT i, rooms.id, 1, 1, 'a@b', 'a', '<message/>' FROM n, rooms`.replace(/\s+/g, " ");

describe("destroying a room with a long archive", () => {
  onStage({}, [HAG.calls`create`, db.runs`${FILL}`]).scenes({
    "is complete for everybody at once, and deletes rows a little later": [
      HAG.calls`destroy`,
      HAG.calls`users = /^4 /`,
      hag.asks`info = cancel/gone by coven`,
      db.loses`rooms`,
      forEach(["archive", "affiliations", "rooms_being_deleted"], (table) => [db.has`${table} = 0`]),
    ],

    "leaves no occupant who is pinged after a reconnect": [
      hag.enters(),
      HAG.calls`destroy`,
      link.returns(),
      db.loses`rooms`,
      component.pinged`= nobody`,
    ],

    "frees the name for a new room without old data": [
      HAG.calls`destroy`,
      HAG.calls`create`,
      hag.enters(),
      hag.hears`presence coven/hag owner/moderator 100 110
          < message coven groupchat ""`,
      hag.says`new`,
      db.loses`rooms_being_deleted`,
      db.has`rooms = 1`,
      db.has`archive = 1`,
      everybody.hush(),
      hag.says`still there`,
      hag.hears`message coven/hag groupchat "still there"`,
    ],

    "continues after a restart": [
      HAG.calls`destroy`,
      db.has`rooms = 1`,
      component.restarts(),
      HAG.calls`users = /^4 /`,
      db.loses`rooms`,
      db.has`archive = 0`,
    ],

    "changes nothing if the disk refuses it": [
      disk.refuses`INSERT ON rooms_being_deleted`,
      HAG.calls`destroy = /^5 /`,
      HAG.calls`users = hag66`,
      disk.recovers(),
      hag.asks`info`,
    ],
  });
});
