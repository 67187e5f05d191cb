import { onStage } from "../stage.js";
import { component, coven, db } from "../../../plays/component.js";
import { crone, hag } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const FIELD = "{urn:qtalk:rooms:0}archive_days";
const shows = (days: string): string => `form | {${FIELD}=${days}}`;
/** A message of so many days ago. */
const past = (days: number, room = "coven"): string =>
  "INSERT INTO archive (id, room, kept, said, sender, nick, stanza) " +
  `SELECT ${Math.round((Date.now() - days * 24 * 3600 * 1000) * 1000)}, id, 1, 1, 'a@b', 'a', '<message/>' ` +
  `FROM rooms WHERE name = '${room}'`;

describe("the retention of rooms' messages", () => {
  onStage({}, [coven.meets()]).scenes({
    "is unlimited by default, and an owner's as they like": [
      db.runs`${past(30_000)}`,
      component.expires(),
      db.has`archive = 1`,
      hag.configures`${FIELD}=36500`,
    ],

    "holds for very many rooms with retentions of their own": [
      db.runs`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1199)
        INSERT INTO rooms (name, secret, created_at, locked, listed, options)
        SELECT 'room' || i, x'00', 0, 0, 0, '{"archiveDays":1}' FROM n`,
      db.runs`${past(2, "room0")}`,
      db.runs`${past(2.1, "room600")}`,
      db.runs`${past(2.2, "room1199")}`,
      component.expires(),
      db.has`archive = 0`,
    ],
  });

  onStage({ rooms: { archive_days: 30 } }, [coven.meets()]).scenes({
    "is what the operator configures": [
      db.runs`${past(29)}`,
      db.runs`${past(31)}`,
      db.runs`${past(400)}`,
      crone.says`today`,
      component.expires(),
      db.has`archive = 2`,
      component.counts`qtalk_archive_expired_total = 2`,
    ],

    "can be shorter in one room, and is shown in its form": [
      hag.enters`cave`,
      hag.configures`cave`,
      hag.configures`${FIELD}=7`,
      hag.asks`${shows("7")}`,
      forEach(["first", "second"], () => [
        db.runs`${past(6)}`,
        db.runs`${past(8)}`,
        db.runs`${past(31)}`,
        db.runs`${past(6, "cave").replace(/SELECT (\d+)/, "SELECT $1 + 1")}`,
        db.runs`${past(8, "cave").replace(/SELECT (\d+)/, "SELECT $1 + 1")}`,
        db.runs`${past(31, "cave").replace(/SELECT (\d+)/, "SELECT $1 + 1")}`,
        component.expires(),
        db.has`archive = 3`,
        db.runs`DELETE FROM archive`,
      ]),
      hag.configures`${FIELD}=`,
      hag.asks`form | !{${FIELD}=/./}`,
      db.runs`${past(8)}`,
      component.expires(),
      db.has`archive = 1`,
    ],

    "can't be longer than the operator's or invalid: the error names the field": [
      forEach(["31", "0", "-1", "1.5", "soon", `7 ${FIELD}=8`], (days) => [
        hag.configures`${FIELD}=${days} = modify/not-acceptable by coven
        | <text>/archive_days: must be a whole number from 1 to 30.$/</text>`,
      ]),
      forEach(["30", "1"], (days) => [hag.configures`${FIELD}=${days}`, hag.asks`${shows(days)}`]),
      hag.configures`${FIELD}=none`,
      hag.asks`form | !{${FIELD}=/./}`,
    ],
  });
});
