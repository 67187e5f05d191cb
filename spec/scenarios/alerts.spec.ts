/** People take alerts, by reactions and words, in rooms here, in rooms of other services, and in chats with a bot. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { alertmanager } from "../../component/hooks/formats/alertmanager.js";
import { documentationOf } from "../../http/docs/formats.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { withRooms } from "./remote-world.js";
import { crash } from "./rooms-people.js";
import { hears, idIn, reaction, says, talksOn, type Talk } from "./talks.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REPLY = "urn:xmpp:reply:0";

const sample = JSON.parse(documentationOf(alertmanager).sample.body) as Record<string, object[]>;
const alert = (status: string, key: string): object => ({
  ...sample,
  groupKey: key,
  status,
  alerts: [{ ...sample.alerts?.[0], status }],
});
const textOf = (message: Element): string => message.getChildText("body") ?? "";
const answer = (to: string | undefined, text: string): readonly Element[] => [
  xml("body", {}, text),
  ...(to === undefined ? [] : [xml("reply", { xmlns: REPLY, id: to })]),
];
const hearsText = (talk: Talk, text: RegExp): Promise<Element> =>
  hears(talk, (message) => text.test(textOf(message)));

describe("An alert", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let count = 0;

    it("has a bot that tells clients which reactions it understands, unless a program of the bot hears all", async () => {
      const romeo = await stage.client("romeo");
      const query = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      const allowed = async (): Promise<readonly string[] | undefined> => {
        const info = (await romeo.iq("get", query, `picker@${stage.domain}`)).getChild("query");
        const fields = info?.getChild("x", "jabber:x:data")?.getChildren("field");
        const field = fields?.find(({ attrs }) => attrs.var === "allowlist");
        return field?.getChildren("value").map((value) => value.getText());
      };
      await addHook(running(), "picker", "--to", romeo.bareJid);
      expect(await allowed()).to.deep.equal(["👀", "🔕"]);
      const program = [
        "--deliver-to",
        "http://127.0.0.1:9/",
        "--allow-inner",
        "127.0.0.1",
        "--on",
        "reaction",
      ];
      await operate(running(), "hook", "add", "votes", "--as", "picker", ...program);
      expect(await allowed()).to.equal(undefined);
    });

    for (const [where, talkIn] of Object.entries(talksOn(stage, running))) {
      /** A hook's alert, as the listener gets it. */
      const fires = async (...options: readonly string[]) => {
        const name = `alerts-${++count}`;
        const who = await talkIn(name);
        const url = await addHook(running(), name, "--to", who.to, "--update", ...options);
        await post(url, alert("firing", "k"));
        const said = await hearsText(who, /DiskFull/);
        return { who, url, said, id: idIn(who, said) };
      };

      it(`is taken by a reaction, and open again when that is taken back (${where})`, async () => {
        const { who, url, said, id } = await fires();
        await says(who, reaction(id, "👀", "👍"));
        const taken = await hearsText(who, /^👀 juliet\S* \d\d:\d\d · 🔴/i);
        expect(taken.getChild("replace", CORRECTION)?.attrs.id).to.equal(said.attrs.id);
        await says(who, reaction(id, "👍"));
        await hearsText(who, /^🔴/);
        await says(who, ...answer(id, "!take"));
        await hearsText(who, /^👀 juliet\S* \d/i);
        await post(url, alert("resolved", "k"));
        await hearsText(who, /^✅\s.* · 👀 juliet/i);
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
        await hearsText(who, /^👀 juliet\S* .*DiskFull/i);
        await says(who, ...answer(undefined, "!open"));
        await hearsText(who, /^1 open alert:\n• #\d+ 👀 juliet\S* /i);
        await says(who, ...answer(undefined, "!放下"));
        await hearsText(who, /dropped it/);
        expect(await operate(running(), "alert", "list")).to.contain("DiskFull");
      });

      it(`is silenced by 🔕, and what wasn't said is counted (${where})`, async () => {
        const { who, url, id } = await fires();
        await says(who, reaction(id, "🔕"));
        await hearsText(who, /^🔕 until \d\d:\d\d · 🔴/);
        const { delivery } = await post(url, alert("firing", "k"), { "idempotency-key": randomUUID() });
        expect(delivery).to.equal("stored");
        await says(who, reaction(id));
        await hearsText(who, /^🔔 The silence is over: still open .* · 1 post was not said$/);
        await says(who, ...answer(id, "!silence a while"));
        await hearsText(who, /"a while" is no duration/);
        await says(who, ...answer(id, "!frobnicate"));
        await hearsText(who, /^I don't know !frobnicate\. .*!take/);
      });
    }
  }, withRooms);
});
