/** Bots answer, react and correct as their programs say, in rooms here, in rooms of other services, and in chats. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { Program } from "./program.js";
import { withRooms } from "./remote-world.js";
import { hears, idIn, reaction, says, talksOn } from "./talks.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REPLY = "urn:xmpp:reply:0";
const REACTIONS = "urn:xmpp:reactions:0";

const signsIn = (message: Element): string[] =>
  (message.getChild("reactions", REACTIONS)?.getChildren("reaction") ?? []).map((each) => each.getText());

describe("The bot of a program", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let program: Program;
    beforeEach(async () => (program = await Program.open()));
    afterEach(() => program.close());

    const isText = (text: string) => (message: Element) => message.getChildText("body") === text;

    for (const [where, talkIn] of Object.entries(talksOn(stage, running)))
      it(`answers the message, reacts to it, and corrects its answer (${where})`, async () => {
        const name = `answers-${where}`;
        const kinds = "message,room-message,reaction";
        await program.isTold(running(), name, "--on", kinds);
        const talk = await talkIn(name);
        if (where === "elsewhere") await operate(running(), "bot", "enter", name, talk.place);
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
        const reacted = await hears(talk, (message) => signsIn(message).length > 0);
        expect(signsIn(reacted)).to.deep.equal(["✅"]);
        expect(reacted.getChild("reactions", REACTIONS)?.attrs.id).to.equal(ownId);

        await says(talk, xml("body", {}, "And now?"));
        const changed = await hears(talk, isText("2 min"));
        expect(changed.getChild("replace", CORRECTION)?.attrs.id).to.equal(answer.attrs.id);

        const liked = idIn(talk, answer);
        await says(talk, reaction(liked, "👍"));
        await running().until(() => program.events.some(({ type }) => type === "reaction"), "told of it");
        const told = program.events.find(({ type }) => type === "reaction");
        expect(told?.data).to.deep.include({ reacts_to: liked, reactions: ["👍"] });

        await says(talk, xml("body", {}, "Thanks"));
        const wrong = `The answer of the hook ${name}'s program isn't understood: react`;
        await running().until(() => running().log.includes(wrong), "logged");
      });
  }, withRooms);
});
