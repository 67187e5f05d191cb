/** Bots answer, react and correct as their programs say, in rooms here, in rooms of other services, and in chats. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { inRoom } from "./hooks-world.js";
import { Program } from "./program.js";
import { owner, withRooms } from "./remote-world.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REPLY = "urn:xmpp:reply:0";
const REACTIONS = "urn:xmpp:reactions:0";

/** Somebody who talks with a bot. */
interface Talk {
  readonly client: Client;
  /** The room's address, or the bot's. */
  readonly place: string;
  readonly type: "groupchat" | "chat";
}

const signsIn = (message: Element): string[] =>
  (message.getChild("reactions", REACTIONS)?.getChildren("reaction") ?? []).map((each) => each.getText());

describe("The bot of a program", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let program: Program;
    beforeEach(async () => (program = await Program.open()));
    afterEach(() => program.close());

    const places: Readonly<Record<string, (bot: string) => Promise<Talk>>> = {
      here: async () => {
        const { client, room } = await inRoom(stage, running(), "answers-room");
        return { client, place: room, type: "groupchat" };
      },
      elsewhere: async (bot) => {
        const { client, room } = await owner(stage, "answers-room");
        await operate(running(), "bot", "enter", bot, room);
        return { client, place: room, type: "groupchat" };
      },
      chat: async (bot) => ({
        client: await stage.client("juliet"),
        place: `${bot}@${stage.domain}`,
        type: "chat",
      }),
    };
    const says = async ({ client, place, type }: Talk, ...children: readonly Element[]): Promise<string> => {
      const id = randomUUID();
      await client.send(xml("message", { to: place, type, id }, ...children));
      return id;
    };
    const hears = ({ client, place }: Talk, is: (message: Element) => boolean): Promise<Element> =>
      client.next(
        (stanza) => stanza.is("message") && stanza.attrs.from?.startsWith(place) === true && is(stanza),
      );
    const isText = (text: string) => (message: Element) => message.getChildText("body") === text;

    for (const [where, talkIn] of Object.entries(places))
      it(`answers the message, reacts to it, and corrects its answer (${where})`, async () => {
        const name = `answers-${where}`;
        const kinds = "message,room-message,reaction";
        await program.isTold(running(), name, "--on", kinds);
        const talk = await talkIn(name);
        program.answer = ({ data }) => {
          if (data.body === "How long?") return { text: "5 min", reply: true, react: "✅" };
          if (data.body === "And now?") return { text: "2 min", update: program.events[0]?.id };
          return data.body === "Thanks" ? { react: "two words" } : {};
        };
        const asked = await says(talk, xml("body", {}, "How long?"));
        const answer = await hears(talk, isText("5 min"));
        const ownId =
          talk.type === "chat" ? asked : (program.events[0]?.data.stanza_id ?? "the room gave no id");
        expect(answer.getChild("reply", REPLY)?.attrs.id).to.equal(ownId);
        const reaction = await hears(talk, (message) => signsIn(message).length > 0);
        expect(signsIn(reaction)).to.deep.equal(["✅"]);
        expect(reaction.getChild("reactions", REACTIONS)?.attrs.id).to.equal(ownId);

        await says(talk, xml("body", {}, "And now?"));
        const changed = await hears(talk, isText("2 min"));
        expect(changed.getChild("replace", CORRECTION)?.attrs.id).to.equal(answer.attrs.id);

        const liked = talk.type === "chat" ? (answer.attrs.id ?? "") : idBy(talk.place, answer);
        await says(talk, xml("reactions", { xmlns: REACTIONS, id: liked }, xml("reaction", {}, "👍")));
        await running().until(() => program.events.some(({ type }) => type === "reaction"), "told of it");
        const told = program.events.find(({ type }) => type === "reaction");
        expect(told?.data).to.deep.include({ reacts_to: liked, reactions: ["👍"] });

        await says(talk, xml("body", {}, "Thanks"));
        const wrong = `The answer of the hook ${name}'s program isn't understood: react`;
        await running().until(() => running().log.includes(wrong), "logged");
      });
  }, withRooms);
});

function idBy(room: string, message: Element): string {
  const ids = message.getChildren("stanza-id", "urn:xmpp:sid:0");
  return ids.find(({ attrs }) => attrs.by === room)?.attrs.id ?? "";
}
