/** The nickname that programs use for a user, and that the user's client gets. */
import { onStage } from "../stage.js";
import { CRONE, HAG, WICCA, crone, hag, person, wicca, type Person } from "../../../plays/people.js";
import { type RoomStep } from "../../../plays/rooms.js";

/** Under which nickname hag hears who speaks by a program. */
const heard = (who: Person, nick: string): RoomStep[] => [
  who.calls`say hello`,
  hag.notices`message coven/${nick} groupchat "hello"`,
];

describe("the nickname of users in messages of programs", () => {
  onStage({ names: { [CRONE.address]: "name" } }, [hag.opens()]).scenes({
    "is that of the named session, or of any other session that is inside": [
      crone.enters(),
      crone.at("phone").enters`as witch`,
      heard(crone.at("phone"), "witch"),
      heard(crone, "crone"),
      heard(CRONE, "crone"),
      heard(crone.at("tv"), "crone"),
    ],
  });

  const crones = ["\u202e", "hag", "wicca", "Old  Crone\u202e", "crone"];
  onStage({ names: { [WICCA.address]: "name", [CRONE.address]: crones } }, [hag.opens()]).scenes({
    "is the reserved one, or the first free of the user's names": [
      hag.makes`WICCA member nick=wicca`,
      heard(WICCA, "wicca"),
      heard(CRONE, "Old Crone"),
    ],
  });

  onStage({}, [hag.opens()]).scenes({
    "is the first free of the user's id and address, with a number at last": [
      heard(CRONE, "crone1"),
      person("user1").enters`as crone1`,
      heard(CRONE, CRONE.address),
      person("user2").enters`as ${CRONE.address}`,
      heard(CRONE, "crone1 (2)"),
      person("user3").enters`as "crone1 (2)"`,
      person("user4").enters`as "crone1 (3)"`,
      heard(CRONE, "crone1 (4)"),
    ],
  });

  for (const [nick_length, id, taken, short] of [
    [1, "crone1", ["c"], "c (2)"],
    [14, "crone1", ["crone1", "crone1@qtalk.t"], "cr (2)"],
    [1000, "\u0441".repeat(510), ["\u0441".repeat(510)], `${"\u0441".repeat(200)} (2)`],
  ] as const) {
    describe(`of at most ${nick_length} characters`, () => {
      onStage({ rooms: { nick_length } }, [hag.enters`as h`, hag.configures()]).scenes({
        [`exists even if the id has ${id.length}`]: [
          taken.map((nick, at) => person(`user${at}`).enters`as ${nick}`),
          heard(person(`${id}@qtalk.test.org`), short),
        ],
      });
    });
  }
});

describe("the nickname that a client asks for (XEP-0045", () => {
  onStage({ names: { [CRONE.address]: ["钱二", "crone"], [WICCA.address]: "hag" } }, [hag.opens()]).scenes({
    "is for members the reserved one, or the one that programs use": [
      HAG.calls`add crone1 wiccarocks`,
      crone.asks`nickname | <identity name="钱二"/>`,
      wicca.asks`nickname | <identity name="wiccarocks"/>`,
      heard(CRONE, "钱二"),
      hag.makes`CRONE member nick=thirdwitch`,
      crone.asks`nickname | <identity name="thirdwitch"/>`,
    ],

    "isn't proposed to anybody else": [
      crone.asks`nickname | !<identity name="*"/>`,
      hag.makes`CRONE outcast`,
      crone.asks`nickname | !<identity name="*"/>`,
    ],
  });
});
