import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";
import { type RoomStep } from "../../../plays/rooms.js";

const FULLTEXT = "{urn:xmpp:fulltext:0}fulltext";
const INDEXED = "archive_grams('_' || (SELECT id FROM rooms))";

/** All messages are indexed, or none. */
for (const isIndexed of [false, true]) {
  describe(`searching a room's archive ${isIndexed ? "with its index" : "before it is indexed"}`, () => {
    const index = isIndexed ? component.indexes() : everybody.hush();
    const indexed = (count: number): RoomStep =>
      isIndexed ? db.has`${INDEXED} = ${count}` : everybody.hush();

    onStage({}, [coven.meets()]).scenes({
      "finds Chinese and other words of one and more characters": [
        crone.says`今天的会议改到三点`,
        hag.says`会计不在`,
        crone.says`The MEETING is at 3 o'clock`,
        hag.says`a &lt;b&gt; c`,
        crone.says`议会`,
        index,
        wicca.reads`${FULLTEXT}=会议 = 今天的会议改到三点`,
        wicca.reads`${FULLTEXT}=会 = 今天的会议改到三点, 会计不在, 议会`,
        wicca.reads`${FULLTEXT}="会议 三点" = 今天的会议改到三点`,
        wicca.reads`${FULLTEXT}=meeting = The MEETING is at 3 o'clock`,
        wicca.reads`${FULLTEXT}=o'clock = The MEETING is at 3 o'clock`,
        wicca.reads`${FULLTEXT}=&lt;b&gt; = a <b> c`,
        wicca.reads`${FULLTEXT}=groupchat = nothing`,
        wicca.reads`${FULLTEXT}=明天 = nothing`,
        wicca.reads`${FULLTEXT}= | <count>5</count>`,
        indexed(4),
      ],

      "can be combined with other filters and pages, and has ejabberd's field name": [
        crone.says`会议一`,
        hag.says`会议二`,
        crone.says`会议三`,
        hag.says`散会`,
        index,
        hag.reads`withtext=会议 = 会议一, 会议二, 会议三`,
        hag.reads`${FULLTEXT}=会议 with=coven/crone = 会议一, 会议三`,
        hag.reads`${FULLTEXT}=会议 <max>2</max> = 会议一, 会议二 | <fin complete="!"/> <last>$last</last>`,
        hag.reads`${FULLTEXT}=会议 <max>2</max><after>$last</after> = 会议三 | <fin complete="true"/>`,
        hag.reads`${FULLTEXT}=会议 <max>2</max><before/> = 会议二, 会议三 | <fin complete="!"/>`,
      ],

      "finds only text that people read": [
        hag.posts`<body>散会</body><body xmlns="urn:example:other">会议</body>`,
        crone.says`会议二`,
        index,
        wicca.reads`${FULLTEXT}=会议 = 会议二`,
      ],

      "finds nothing in other rooms": [
        hag.enters`cave`,
        hag.configures`cave`,
        hag.says`in cave: 会议在洞里`,
        crone.says`会议`,
        index,
        wicca.reads`${FULLTEXT}=会议 = 会议`,
        wicca.reads`cave ${FULLTEXT}=会议 = 会议在洞里`,
      ],

      "finds no retracted messages, and nothing of a destroyed room": [
        crone.says`会议一`,
        hag.notices`会议一 | <stanza-id id="$id"/>`,
        hag.says`会议二`,
        index,
        hag.moderates`$id`,
        wicca.reads`${FULLTEXT}=会议 = 会议二`,
        indexed(1),
        hag.destroys(),
        db.has`archive_grams('_1') = 0`,
      ],

      "refuses queries that are too long, and names the field": [
        crone.says`会议`,
        index,
        hag.reads`${FULLTEXT}=${"x".repeat(256)} = nothing`,
        hag.reads`${FULLTEXT}="a b c d e f g h i j" = nothing`,
        forEach(["x".repeat(257), "a b c d e f g h i j k"], (text) => [
          hag.reads`${FULLTEXT}="${text}" = modify/bad-request by coven
        | <text>/fulltext: too many words, or too long a text.$/</text>`,
        ]),
      ],
    });
  });
}

describe("the search index of rooms", () => {
  onStage({}, [coven.meets()]).scenes({
    "is advertised, and in the query's form": [
      hag.asks`info | {urn:xmpp:fulltext:0}`,
      hag.asks`archive | <field var="${FULLTEXT}" type="*"/>`,
    ],

    "contains old messages of the database until they expire": [
      ...Array.from({ length: 50 }, (_, n) => hag.says`会议${n}`),
      db.runs`UPDATE archive SET id = id - 3 * 86400 * 1000000`,
      component.indexes(),
      db.has`${INDEXED} = 50`,
      hag.configures`{urn:qtalk:rooms:0}archive_days=2`,
      component.expires(),
      db.has`${INDEXED} = 0`,
    ],
  });
});
