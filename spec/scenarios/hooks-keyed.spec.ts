/** Programs change and retract their messages, in rooms here, in rooms of other services, and in chats with a bot. */
import { expect } from "chai";
import type { Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { withRooms } from "./remote-world.js";
import { crash } from "./rooms-people.js";
import { hears, talksOn } from "./talks.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const RETRACT = "urn:xmpp:message-retract:1";

interface Answer {
  readonly status: number;
  readonly delivery: string | null;
}

async function change(url: string, key: string, method: "PUT" | "DELETE", body?: string): Promise<Answer> {
  const { status, headers } = await fetch(`${url}/messages/${key}`, {
    method,
    ...(body !== undefined && { body, headers: { "content-type": "text/plain" } }),
  });
  return { status, delivery: headers.get("x-qtalk-delivery") };
}

const isText = (text: string) => (message: Element) => message.getChildText("body") === text;

describe("A message with a key", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    for (const [where, talkIn] of Object.entries(talksOn(stage, running)))
      it(`is corrected over a crash, and retracted once (${where})`, async () => {
        const talk = await talkIn(`keyed-${where}`);
        const { client, to } = talk;
        const url = await addHook(running(), `keyed-${where}`, "--to", to);
        expect(await change(url, "deploy", "DELETE")).to.deep.include({ status: 404 });
        expect(await change(url, "deploy", "PUT", "50 %")).to.deep.include({ status: 200 });
        const first = await hears(talk, isText("50 %"));
        await crash(running());
        expect(await change(url, "deploy", "PUT", "50 %")).to.deep.include({ status: 200 });
        expect(await change(url, "deploy", "PUT", "100 %")).to.deep.include({ status: 200 });
        const second = await hears(talk, isText("100 %"));
        expect(second.getChild("replace", CORRECTION)?.attrs.id).to.equal(first.attrs.id);
        const said = client.received.filter((each) => each.getChildText("body") === "50 %");
        expect(new Set(said.map(({ attrs }) => attrs.id)).size).to.equal(1);

        expect((await change(url, "deploy", "DELETE")).status).to.equal(200);
        const isRetraction = (message: Element): boolean =>
          message.getChild("retract", RETRACT) !== undefined;
        const retraction = await hears(talk, isRetraction);
        const ids = [first, second].flatMap((message) => [
          message.attrs.id,
          message.getChildren("stanza-id", "urn:xmpp:sid:0").find(({ attrs }) => attrs.by === to)?.attrs.id,
        ]);
        expect(ids).to.include(retraction.getChild("retract", RETRACT)?.attrs.id);
        expect((await change(url, "deploy", "DELETE")).status).to.equal(404);
        await post(`${url}?alert=nightly`, "Backup failed");
        const { alerts } = (await (await fetch(`${url}/alerts?alert=nightly`)).json()) as {
          alerts: object[];
        };
        expect(alerts).to.have.length(1);
        expect(alerts[0]).to.deep.include({ state: "open", title: "Backup failed", to });
      });

    it("is retracted in a room that was made again at the address of the one in which it was said first", async () => {
      const room = `keyed-room@${stage.domain}`;
      await running().command("room", "make", room, "--owner", "juliet@qtalk.test.org");
      const url = await addHook(running(), "keyed-again", "--to", room);
      expect(await change(url, "deploy", "PUT", "50 %")).to.deep.include({ status: 200 });
      await running().command("room", "destroy", room, "--yes");
      expect(await change(url, "deploy", "PUT", "75 %")).to.deep.include({ status: 410 });
      await running().command("room", "make", room, "--owner", "juliet@qtalk.test.org");
      expect(await change(url, "deploy", "PUT", "100 %")).to.deep.include({ status: 200 });
      expect(await running().command("room", "grep", room, "100")).to.contain("100 %");
      expect(await change(url, "deploy", "DELETE")).to.deep.include({ status: 200 });
      expect(await running().command("room", "grep", room, "100")).to.not.contain("100 %");
    });
  }, withRooms);
});
