/** The nickname that programs use for a user, and that the user's client gets. */
import { CRONE, WICCA } from "../people.js";
import { onStage } from "../stage.js";

/** Under which nickname hag hears who speaks by a program. */
const hears = (who: string, nick: string): string =>
  `${who} calls say hello\n      hag ~ message coven/${nick} groupchat "hello"`;

describe("the nickname of users in messages of programs", () => {
  onStage({ names: { [CRONE]: "name" } }, "hag opens").scenes(`
    is that of the named session, or of any other session that is inside
      crone enters
      crone/phone enters as witch
      ${hears("crone/phone", "witch")}
      ${hears("crone", "crone")}
      ${hears("CRONE", "crone")}
      ${hears("crone/tv", "crone")}
  `);

  const crones = ["\u202e", "hag", "wicca", "Old  Crone\u202e", "crone"];
  onStage({ names: { [WICCA]: "name", [CRONE]: crones } }, "hag opens").scenes(`
    is the reserved one, or the first free of the user's names
      hag makes WICCA member nick=wicca
      ${hears("WICCA", "wicca")}
      ${hears("CRONE", "Old Crone")}
  `);

  onStage({}, "hag opens").scenes(`
    is the first free of the user's id and address, with a number at last
      ${hears("CRONE", "crone1")}
      user1 enters as crone1
      ${hears("CRONE", CRONE)}
      user2 enters as ${CRONE}
      ${hears("CRONE", "crone1 (2)")}
      user3 enters as "crone1 (2)"
      user4 enters as "crone1 (3)"
      ${hears("CRONE", "crone1 (4)")}
  `);

  for (const [nick_length, id, taken, short] of [
    [1, "crone1", ["c"], "c (2)"],
    [14, "crone1", ["crone1", "crone1@qtalk.t"], "cr (2)"],
    [1000, "\u0441".repeat(510), ["\u0441".repeat(510)], `${"\u0441".repeat(200)} (2)`],
  ] as const) {
    describe(`of at most ${nick_length} characters`, () => {
      onStage({ rooms: { nick_length } }, "hag enters as h\nhag configures").scenes(`
        exists even if the id has ${id.length}
          ${taken.map((nick, at) => `user${at} enters as ${nick}`).join("\n          ")}
          ${hears(`${id}@qtalk.test.org`, short).replace("\n      ", "\n          ")}
      `);
    });
  }
});

describe("the nickname that a client asks for (XEP-0045", () => {
  onStage({ names: { [CRONE]: ["钱二", "crone"], [WICCA]: "hag" } }, "hag opens").scenes(`
    is for members the reserved one, or the one that programs use
      HAG calls add crone1 wiccarocks
      crone asks nickname | <identity name="钱二"/>
      wicca asks nickname | <identity name="wiccarocks"/>
      ${hears("CRONE", "钱二")}
      hag makes CRONE member nick=thirdwitch
      crone asks nickname | <identity name="thirdwitch"/>

    isn't proposed to anybody else
      crone asks nickname | !<identity name="*"/>
      hag makes CRONE outcast
      crone asks nickname | !<identity name="*"/>
  `);
});
