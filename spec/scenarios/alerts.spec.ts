/** People take alerts, by reactions and words, in rooms here, in rooms of other services, and in chats with a bot. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { alertmanager } from "../../component/hooks/formats/alertmanager.js";
import { documentationOf } from "../../http/docs/formats.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, inRoom, post } from "./hooks-world.js";
import { owner, withRooms } from "./remote-world.js";
import { crash } from "./rooms-people.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REPLY = "urn:xmpp:reply:0";
const REACTIONS = "urn:xmpp:reactions:0";

/** Somebody who gets a hook's messages: in a room, or in a chat with the bot. */
interface Listener {
  readonly client: Client;
  /** Where the alerts are: the room's address, or the bot's. */
  readonly place: string;
  readonly type: "groupchat" | "chat";
  /** What the hook's receiver is called. */
  readonly to: string;
}

const sample = JSON.parse(documentationOf(alertmanager).sample.body) as Record<string, object[]>;
const alert = (status: string, key: string): object => ({
  ...sample,
  groupKey: key,
  status,
  alerts: [{ ...sample.alerts?.[0], status }],
});
const textOf = (message: Element): string => message.getChildText("body") ?? "";
/** The id that reactions and answers name. */
const idIn = ({ type, place }: Listener, message: Element): string =>
  (type === "chat"
    ? message.attrs.id
    : message.getChildren("stanza-id", "urn:xmpp:sid:0").find(({ attrs }) => attrs.by === place)?.attrs.id) ??
  "";

async function says({ client, place, type }: Listener, ...children: readonly Element[]): Promise<void> {
  await client.send(xml("message", { to: place, type, id: randomUUID() }, ...children));
}
const reaction = (to: string, ...signs: readonly string[]): Element =>
  xml("reactions", { xmlns: REACTIONS, id: to }, ...signs.map((sign) => xml("reaction", {}, sign)));
const answer = (to: string | undefined, text: string): readonly Element[] => [
  xml("body", {}, text),
  ...(to === undefined ? [] : [xml("reply", { xmlns: REPLY, id: to })]),
];
const hears = ({ client, place }: Listener, text: RegExp): Promise<Element> =>
  client.next(
    (stanza) =>
      stanza.is("message") && stanza.attrs.from?.startsWith(place) === true && text.test(textOf(stanza)),
  );

describe("An alert", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let count = 0;

    const here = async (): Promise<Listener> => {
      const { client, room } = await inRoom(stage, running(), `alerts-${++count}`);
      return { client, place: room, type: "groupchat", to: room };
    };
    const elsewhere = async (): Promise<Listener> => {
      const { client, room } = await owner(stage, `alerts-${++count}`);
      return { client, place: room, type: "groupchat", to: room };
    };
    const chat = async (): Promise<Listener> => {
      const client = await stage.client("juliet");
      return { client, place: `bot-${++count}@${stage.domain}`, type: "chat", to: client.bareJid };
    };

    for (const [where, listener] of Object.entries({ here, elsewhere, chat })) {
      /** A hook's alert, as the listener gets it. */
      const fires = async (...options: readonly string[]) => {
        const who = await listener();
        const name = who.type === "chat" ? (who.place.split("@")[0] ?? "") : `hook-${++count}`;
        const url = await addHook(running(), name, "--to", who.to, "--update", ...options);
        await post(url, alert("firing", "k"));
        const said = await hears(who, /DiskFull/);
        return { who, url, said, id: idIn(who, said) };
      };

      it(`is taken by a reaction, and open again when that is taken back (${where})`, async () => {
        const { who, url, said, id } = await fires();
        await says(who, reaction(id, "👀", "👍"));
        const taken = await hears(who, /^👀 juliet\S* \d\d:\d\d · 🔴/i);
        expect(taken.getChild("replace", CORRECTION)?.attrs.id).to.equal(said.attrs.id);
        await says(who, reaction(id, "👍"));
        await hears(who, /^🔴/);
        await says(who, ...answer(id, "!take"));
        await hears(who, /^👀 juliet\S* \d/i);
        await post(url, alert("resolved", "k"));
        await hears(who, /^✅\s.* · 👀 juliet/i);
      });

      it(`is named and taken by a word without an answer, also over a crash (${where})`, async () => {
        const { who } = await fires();
        await crash(running());
        if (where === "elsewhere")
          await running().until(
            async () => (await operate(running(), "bot", "list")).includes("inside"),
            "inside",
          );
        await says(who, ...answer(undefined, "!take"));
        await hears(who, /^👀 juliet\S* .*DiskFull/i);
        await says(who, ...answer(undefined, "!open"));
        await hears(who, /^1 open alert:\n• 👀 juliet\S* /i);
        await says(who, ...answer(undefined, "!放下"));
        await hears(who, /dropped it/);
        expect(await operate(running(), "alert", "list")).to.contain("DiskFull");
      });

      it(`is silenced by 🔕, and what wasn't said is counted (${where})`, async () => {
        const { who, url, id } = await fires();
        await says(who, reaction(id, "🔕"));
        await hears(who, /^🔕 until \d\d:\d\d · 🔴/);
        const { delivery } = await post(url, alert("firing", "k"), { "idempotency-key": randomUUID() });
        expect(delivery).to.equal("stored");
        await says(who, reaction(id));
        await hears(who, /^🔔 The silence is over: still open .* · 1 post was not said$/);
        await says(who, ...answer(id, "!silence a while"));
        await hears(who, /"a while" is no duration/);
        await says(who, ...answer(id, "!frobnicate"));
        await hears(who, /^I don't know !frobnicate\. .*!take/);
      });
    }
  }, withRooms);
});
