/** Alerts of Debian's Prometheus and Alertmanager are taken, and silenced at Alertmanager, from a room. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { Alertmanager } from "../support/alertmanager.js";
import { Prometheus, type Rule } from "../support/prometheus.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, inRoom } from "./hooks-world.js";
import { crash, type Person } from "./rooms-people.js";

const REACTIONS = "urn:xmpp:reactions:0";
const DISK: Rule = {
  alert: "DiskFull",
  labels: { instance: "db1", severity: "critical" },
  isFiring: true,
};

const textOf = (message: Element): string => message.getChildText("body") ?? "";

async function reacts({ client, room }: Person, to: string, ...signs: readonly string[]): Promise<void> {
  const all = signs.map((sign) => xml("reaction", {}, sign));
  const reactions = xml("reactions", { xmlns: REACTIONS, id: to }, ...all);
  await client.send(xml("message", { to: room, type: "groupchat", id: randomUUID() }, reactions));
}
const hears = ({ client, room }: Person, text: RegExp): Promise<Element> =>
  client.next(
    (stanza) =>
      stanza.is("message") && stanza.attrs.from?.startsWith(room) === true && text.test(textOf(stanza)),
  );
const idIn = ({ room }: Person, message: Element): string =>
  message.getChildren("stanza-id", "urn:xmpp:sid:0").find(({ attrs }) => attrs.by === room)?.attrs.id ?? "";

describe("An alert of Debian's Prometheus and Alertmanager", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("is taken by 👀; 🔕 makes a silence there, and taking it back ends it, over a crash", async () => {
      const juliet = await inRoom(stage, running(), "sources");
      const url = await addHook(running(), "prom", "--to", juliet.room, "--update");
      const receiver = { webhook_configs: [{ url, send_resolved: true }] };
      const alertmanager = await Alertmanager.start(receiver);
      const source = ["--silence-at", alertmanager.url, "--allow-inner", "127.0.0.1"];
      await operate(running(), "hook", "set", "prom", ...source);
      const prometheus = await Prometheus.start(alertmanager.url, [DISK]);
      try {
        const id = idIn(juliet, await hears(juliet, /DiskFull: db1/));
        await reacts(juliet, id, "👀");
        await hears(juliet, /^👀 juliet \d\d:\d\d · 🔴/i);

        await reacts(juliet, id, "👀", "🔕");
        const told = await hears(juliet, /^🔕 Silenced until \d\d:\d\d: /);
        expect(textOf(told)).to.contain('alertname="DiskFull", instance="db1"');
        const [silence, ...others] = await alertmanager.silences();
        expect(others).to.deep.equal([]);
        expect(silence?.createdBy).to.equal(juliet.client.bareJid);
        expect(silence?.comment).to.contain(`in ${juliet.room} (qtalk-component ${stage.domain}, alert 1`);
        const hours = (Date.parse(silence?.endsAt ?? "") - Date.parse(silence?.startsAt ?? "")) / 3600_000;
        expect(hours).to.be.closeTo(2, 0.1);

        await crash(running());
        await juliet.client.send(
          xml("message", { to: juliet.room, type: "groupchat" }, xml("body", {}, "hi")),
        );
        await reacts(juliet, id, "👀");
        await hears(juliet, /^🔔 \S+ ended the silence · DiskFull: db1/i);
        await running().until(async () => (await alertmanager.silences()).length === 0, "no silence is left");

        await prometheus.set([{ ...DISK, isFiring: false }]);
        await hears(juliet, /^✅\s?DiskFull: db1 · .*👀 juliet/i);
      } finally {
        await prometheus.stop();
        await alertmanager.stop();
      }
    });
  });
});
