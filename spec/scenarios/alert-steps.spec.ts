/** An alert that nobody takes calls people, step by step; rosters say who is on duty, and rooms show it. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { alertmanager } from "../../component/hooks/formats/alertmanager.js";
import { documentationOf } from "../../http/docs/formats.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, inRoom, post } from "./hooks-world.js";
import { withRooms } from "./remote-world.js";
import { crash } from "./rooms-people.js";

const sample = JSON.parse(documentationOf(alertmanager).sample.body) as Record<string, object[]>;
const firing = {
  ...sample,
  groupKey: "k",
  status: "firing",
  commonLabels: { severity: "critical" },
  alerts: [
    { ...sample.alerts?.[0], status: "firing", labels: { alertname: "DiskFull", severity: "critical" } },
  ],
};
const textOf = (message: Element): string => message.getChildText("body") ?? "";
const hears = (client: Client, from: string, text: RegExp): Promise<Element> =>
  client.next(
    (stanza) =>
      stanza.is("message") && stanza.attrs.from?.startsWith(from) === true && text.test(textOf(stanza)),
  );

describe("An alert that nobody takes", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("calls who is on duty by chat, once, over a crash, and ends when it is taken there", async () => {
      const { client, room } = await inRoom(stage, running(), "steps-room");
      const romeo = await stage.client("romeo");
      const people = [romeo.bareJid, client.bareJid].join(",");
      await operate(running(), "duty", "set", "calls", "--people", people, "--every", "week");
      const calls = ["--step", "2s duty", "--step", "1h room", "--mention", "duty"];
      const url = await addHook(running(), "calls", "--to", room, "--update", ...calls);
      const bot = `calls@${stage.domain}`;
      await hears(romeo, bot, /^📟 You are on duty now \(calls\) until /);
      await post(url, firing);
      const said = await hears(client, room, /DiskFull/);
      expect(textOf(said).split("\n")[0]).to.match(/ · romeo\S*$/);
      const reference = said.getChild("reference", "urn:xmpp:reference:0");
      expect(reference?.attrs.type).to.equal("mention");
      expect(reference?.attrs.uri).to.match(/^xmpp:steps-room@.*\/romeo/);
      await crash(running());
      const called = await hears(romeo, bot, /DiskFull[^]*Alert in .*Nobody has taken this alert/);
      expect(called.getChild("request", "urn:xmpp:receipts")).not.to.equal(undefined);
      const received = xml("received", { xmlns: "urn:xmpp:receipts", id: called.attrs.id });
      await romeo.send(xml("message", { to: bot, type: "chat" }, received));
      await crash(running());
      const take = xml("reactions", { xmlns: "urn:xmpp:reactions:0", id: called.attrs.id });
      take.append(xml("reaction", {}, "👀"));
      await romeo.send(xml("message", { to: bot, type: "chat", id: "take" }, take));
      await hears(client, room, /^👀 romeo\S* \d\d:\d\d · 🔴/);
      await hears(romeo, bot, /^👀 romeo\S* \d\d:\d\d · 🔴/);
      const shown = await operate(running(), "alert", "show", "1");
      expect(shown.match(/step 1: called/g)).to.have.lengthOf(1);
      const heard = romeo.received.filter((stanza) => textOf(stanza).includes("Nobody has taken this alert"));
      // What was on its way when it was killed may come again, under the same id.
      expect(new Set(heard.map(({ attrs }) => attrs.id)).size).to.equal(1);
      await romeo.send(xml("message", { to: bot, type: "chat", id: "duty" }, xml("body", {}, "!duty")));
      await hears(romeo, bot, /^📟 romeo\S* is on duty \(calls\) until .*; then /);
    });

    it("shows who is on duty by a hat, which moves when somebody covers", async () => {
      const { client, room } = await inRoom(stage, running(), "hats-room");
      await operate(
        running(),
        "duty",
        "set",
        "hats",
        "--people",
        `romeo@${client.bareJid.split("@")[1] ?? ""}`,
      );
      await addHook(running(), "hats", "--to", room, "--step", "1h duty");
      const isHat = (stanza: Element): boolean =>
        stanza.is("presence") && stanza.toString().includes("urn:qtalk:hats:duty");
      const worn = client.next(isHat);
      const covered = await operate(running(), "duty", "cover", "hats", client.bareJid, "--until", "1h");
      expect(covered).to.contain("covers the roster hats");
      await worn;
      await hears(client, `hats@${stage.domain}`, /^📟 You are on duty now \(hats\)/);
    });

    it("goes on at once, and says why, if a step reaches nobody", async () => {
      const { client, room } = await inRoom(stage, running(), "nobody-room");
      await operate(
        running(),
        ...["duty", "set", "nobody", "--people", client.bareJid, "--from", "2099-01-01 09:00"],
      );
      const calls = ["--step", "1s duty", "--step", "1h room"];
      const url = await addHook(running(), "nobody", "--to", room, ...calls);
      await post(url, firing);
      await hears(client, room, /^Nobody could be called: nobody is on duty by the roster nobody/);
      await hears(client, room, /^Nobody has taken this alert/);
    });
  }, withRooms);
});
