/** Hostile stanzas of users and rooms of another server. */
import { setTimeout as sleep } from "node:timers/promises";
import { LOOPBACK } from "../../lab/ports.js";
import { DOMAIN, HOSTILE_DOMAIN, MUC } from "../case.js";
import {
  EVE,
  floods,
  gets,
  LARGE,
  occupies,
  reached,
  ROOM,
  said,
  type Attack,
  type Target,
} from "./attack.js";
import { entered, presence, renamed, TRAP } from "./trap-room.js";

const ATTRIBUTES = Array.from({ length: 20_000 }, (_, index) => ` a${index}="1"`).join("");
const MAM = `<query xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><max>50</max></set></query>`;

export const STANZA_ATTACKS: readonly Attack[] = [
  stranger("1,500 × 60 KB from new addresses", 1_500, (number) => {
    const from = `stranger-${number}@${HOSTILE_DOMAIN}/r`;
    return `<message from="${from}" to="room${number}@${DOMAIN}" type="groupchat" id="n${number}"><body>${LARGE}</body></message>`;
  }),
  stranger(
    "1,200 × 60 KB, unavailable presences to a room",
    1_200,
    (number) => {
      const from = `stranger-${number}@${HOSTILE_DOMAIN}/r`;
      return `<presence from="${from}" to="${ROOM}/n" type="unavailable"><a xmlns="x">${LARGE}</a></presence>`;
    },
    // Nobody hears of it: strangers who aren't inside don't leave.
    () => Promise.resolve(),
  ),
  stranger(
    "20,000 attributes in a message",
    1,
    () =>
      `<message from="${EVE}" to="${ROOM}" type="groupchat" id="n0"><body>x</body><x xmlns="x"${ATTRIBUTES}/></message>`,
  ),
  stranger("7,000 bodies in a message", 1, () => {
    const bodies = Array.from({ length: 7_000 }, (_, index) => `<body xml:lang="a${index}">x</body>`);
    return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="n0">${bodies.join("")}</message>`;
  }),
  stranger("60,000 elements in a message", 1, () => {
    const elements = "<a/>".repeat(60_000);
    return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="n0"><body>x</body>${elements}</message>`;
  }),
  stranger(
    "2,000 accounts enter a room",
    2_000,
    (number) =>
      `<presence from="e${number}@${HOSTILE_DOMAIN}/x" to="${ROOM}/e${number}"><x xmlns="${MUC}"/></presence>`,
    (target) => gets(target, "the room", ({ attrs }) => attrs.from === `${ROOM}/e0`),
  ),
  stranger("200 forms of 280 KB with 4,000 fields", 200, (number) => {
    const field = `<field var="muc#register_roomnick"><value>${number}</value></field>`;
    const form = `<x xmlns="jabber:x:data" type="submit">${field.repeat(4_000)}</x>`;
    return `<iq type="set" id="n${number}" from="${EVE}" to="${ROOM}"><query xmlns="jabber:iq:register">${form}</query></iq>`;
  }),
  stranger("2,000 reactions", 2_000, (number) => {
    const reactions = `<reactions xmlns="urn:xmpp:reactions:0" id="m${number}"><reaction>👋</reaction></reactions>`;
    return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="n${number}">${reactions}</message>`;
  }),
  stranger("2,000 commands to the component", 2_000, (number) => {
    const command = `<command xmlns="http://jabber.org/protocol/commands" node="hook add" action="execute"/>`;
    return `<iq from="${EVE}" to="${DOMAIN}" type="set" id="n${number}">${command}</iq>`;
  }),
  {
    right: "another server's rooms",
    input: "a bot renamed to an empty nickname, then 1,000 messages",
    prepare: async (target) => {
      await target.hook("trap", "--to", TRAP);
      const ears = ["--deliver-to", "http://127.0.0.1:9/", "--on", "room-message", "--room", TRAP];
      const only = ["--only", "mentions", "--allow-inner", LOOPBACK];
      await target.component.command("hook", "add", "ears", ...ears, ...only);
      const bots = [await entered(target), await entered(target)] as const;
      return () =>
        floods(target, 1_000, (number) => {
          if (number > 0)
            return `<message from="${TRAP}/somebody" to="${bots[1]}" type="groupchat" id="m${number}"><body>x</body></message>`;
          return bots.map((to) => `${renamed(to)}${presence(TRAP, to, 110)}`).join("");
        });
    },
  },
  {
    right: "another server's rooms",
    input: "1,250 occupants with 60 KB each",
    prepare: async (target) => {
      await target.hook("trap", "--to", TRAP);
      const bot = await entered(target);
      return () =>
        floods(target, 1_250, (number) => presence(`${TRAP}/occupant-${number}`, bot, undefined, LARGE));
    },
  },
  {
    right: "an occupant of a room",
    input: "20 archive pages of 50 messages with 60 KB each",
    prepare: async (target) => {
      await occupies(target);
      // As fast as one occupant may.
      for (let number = 0; number < 50; number++) {
        await floods(target, 1, () => said(number, LARGE));
        await gets(target, "the room", ({ attrs }) => attrs.id === `s${number}`);
        await sleep(300);
      }
      return async () => {
        await floods(
          target,
          20,
          (number) => `<iq from="${EVE}" to="${ROOM}" type="set" id="a${number}">${MAM}</iq>`,
        );
        await gets(target, "the archive", ({ attrs }) => attrs.id === "a0" && attrs.type === "result");
        const pages = target.hostile.received.filter((stanza) => stanza.getChild("result", "urn:xmpp:mam:2"));
        reached("messages of the archive", pages.length > 0, "no page came");
      };
    },
  },
];

/**
 * Users of another server, who may write to rooms' addresses; EVE is inside of the room.
 * @param stanza with the id n and its number @param seen waits until something shows that the attack was handled
 */
function stranger(
  input: string,
  count: number,
  stanza: (number: number, target: Target) => string,
  seen: (target: Target) => Promise<void> = (target) =>
    gets(target, "the component", ({ attrs }) => /^n\d+$/.test(attrs.id ?? "")),
): Attack {
  return {
    right: "another server's users",
    input,
    prepare: async (target) => {
      await occupies(target);
      return async () => {
        await floods(target, count, (number) => stanza(number, target));
        await seen(target);
      };
    },
  };
}
