/** What bots of hooks say: the README's example, what a product that others wrote posts, and while the component is killed. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { Alertmanager } from "../support/alertmanager.js";
import { PROGRAM } from "../support/command-line.js";
import { codeBlocks, readme } from "../support/documents.js";
import { componentOn, onServer } from "../support/servers.js";
import { addHook, inRoom, post } from "./hooks-world.js";
import { errorIn, Person } from "./rooms-people.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const POSTS = 60;
/** The room's owner in the README's example. */
const OWNER = "juliet@example.org";

describe("The bot of a hook", () => {
  onServer("ejabberd", {}, (stage) => {
    const running = componentOn(stage);

    const owned = (id: string, ...members: readonly Client[]): Promise<Person> =>
      inRoom(stage, running(), id, ...members);

    it("is an occupant with a profile, and the only one with its name, its id, or what looks like them", async () => {
      const stranger = await stage.client("romeo");
      const juliet = await owned("reserved", stranger);
      const url = await addHook(running(), "watcher", "--to", juliet.room, "--title", "Alarm");
      const { id } = await post(url, "🔴 db1 is down");
      const entered = await juliet.sees("Alarm");
      expect(entered.getChild("x", "vcard-temp:x:update")?.getChild("photo")?.getText()).to.equal("");
      const alert = await juliet.client.next((stanza) => stanza.attrs.id === id);
      expect(alert.attrs.from).to.equal(`${juliet.room}/Alarm`);
      for (const nick of ["Alarm", "ALARM", "Аlаrm", "Ａｌａｒｍ", "watcher", "wаtcher"]) {
        const refusal = (await new Person(stranger, juliet.room, nick).enters()).at(-1);
        expect(errorIn(refusal!), nick).to.equal("cancel/conflict");
      }
      const romeo = new Person(stranger, juliet.room, "Alarm2");
      const inside = await romeo.enters();
      expect(inside.map(({ attrs }) => attrs.from)).to.include(`${juliet.room}/Alarm`);
      const profile = await stranger.iq("get", xml("vCard", { xmlns: "vcard-temp" }), `${juliet.room}/Alarm`);
      expect(profile.getChild("vCard")?.getChildText("FN")).to.equal("Alarm");
      await romeo.client.send(xml("presence", { to: `${juliet.room}/Alarm` }));
      await romeo.sees("Alarm", "error");
      // What others say has another occupant-id (XEP-0421), by which clients know who may correct it.
      const forged = await romeo.says("🟢 db1 is up");
      const idOf = (stanza: Element): string | undefined => stanza.getChild("occupant-id")?.attrs.id;
      expect(idOf(alert)).to.be.a("string").and.not.equal(idOf(forged));
      const again = await post(url, "🔴 db2 is down");
      const second = await juliet.client.next((stanza) => stanza.attrs.id === again.id);
      expect([second.attrs.from, idOf(second)]).to.deep.equal([`${juliet.room}/Alarm`, idOf(alert)]);
      // In other rooms, the name isn't reserved.
      const elsewhere = await owned("elsewhere", stranger);
      await new Person(stranger, elsewhere.room, "Alarm").enters();
      await elsewhere.sees("Alarm");
    });

    it("says in the room what the README's example posts", async () => {
      const juliet = new Person(await stage.client("juliet"), `ops@${stage.domain}`, "Juliet");
      const [example = ""] = codeBlocks(readme, "sh").filter((block) => block.includes("hook add"));
      const bin = join(running().folder, "bin");
      mkdirSync(bin);
      const start = `exec "${process.execPath}" "${PROGRAM}" "$@" --config "${running().configFile}"`;
      writeFileSync(join(bin, "qtalk-component"), `#!/bin/sh\n${start}\n`, { mode: 0o700 });
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` };
      const lines = example.replace(OWNER, juliet.client.bareJid);
      const { stdout } = await promisify(execFile)("sh", ["-ec", lines], { env });
      expect(stdout).to.match(
        /^The room ops@.*\nAdded romeo@.*\nhttp:\/\/\S+\/hooks\/\S+\nPosted a test to the hook grafana: stored: nobody is in the room, so nothing was sent\.\n$/,
      );
      const history = await juliet.enters();
      const alert = history.find((stanza) => isSaid(stanza, `${juliet.room}/Grafana`));
      expect(alert?.getChildText("body")).to.match(
        /^🧪 Test of the hook grafana: nothing has happened\.\n🔴\u00a0High memory usage \(eu-1\) · since /,
      );
    });

    it("says what Debian's Alertmanager posts, as its own webhook and as Slack's, and corrects it when it is resolved", async () => {
      const juliet = await owned("alerts");
      const [own, slack] = await Promise.all([
        addHook(running(), "own", "--to", juliet.room, "--update"),
        addHook(running(), "slack", "--to", juliet.room),
      ]);
      const alertmanager = await Alertmanager.start({
        webhook_configs: [{ url: own, send_resolved: true }],
        slack_configs: [{ api_url: slack, channel: "#ops", send_resolved: true }],
      });
      const says = (by: string, text: string): Promise<Element> =>
        juliet.client.next((stanza) => isSaid(stanza, `${juliet.room}/${by}`, text));
      try {
        const labels = { alertname: "DiskFull", instance: "db1" };
        const annotations = { summary: "The disk is nearly full" };
        const startsAt = new Date().toISOString();
        await alertmanager.alert({ labels, annotations, startsAt });
        const firing = await says("own", "🔴\u00a0DiskFull: db1");
        await says("slack", "🔴 *[FIRING:1]  (DiskFull db1)* http");
        await alertmanager.alert({ labels, annotations, startsAt, endsAt: new Date().toISOString() });
        const resolved = await says("own", "✅\u00a0DiskFull: db1 · resolved after ");
        expect(resolved.getChild("replace", CORRECTION)?.attrs.id).to.equal(firing.attrs.id);
        await says("slack", "✅ *[RESOLVED]  (DiskFull db1)* http");
      } finally {
        await alertmanager.stop();
      }
    });

    it("says each post once, under one id, though the component is killed, once programs posted until they were answered", async () => {
      const component = running();
      const juliet = await owned("posts");
      const { client } = juliet;
      const url = await addHook(component, "crash", "--to", juliet.room);
      let isKilled = false;
      /** Posts until it is answered, as programs do. */
      const postUntil = async (n: number): Promise<string> => {
        for (;;) {
          const key = { "idempotency-key": String(n) };
          const answer = await post(url, `post ${n}`, key).catch(() => undefined);
          if (answer?.status === 200) return answer.id;
          await sleep(20);
        }
      };
      const all = Array.from({ length: POSTS }, async (_, n) => {
        const id = await postUntil(n);
        if (isKilled || n < POSTS / 3) return id;
        isKilled = true;
        await component.end("SIGKILL");
        component.launch();
        return id;
      });
      const ids = await Promise.all(all);
      expect(isKilled).to.equal(true);
      expect(new Set(ids).size).to.equal(POSTS);
      await component.ready();
      const last = await postUntil(POSTS);
      await client.next((stanza) => stanza.attrs.id === last);
      const from = `${juliet.room}/crash`;
      const heard = client.received.filter((stanza) => isSaid(stanza, from));
      // What was routed when it was killed may come again, under the same id.
      const distinct = new Set(heard.map(({ attrs }) => attrs.id ?? ""));
      expect([...distinct].sort()).to.deep.equal([...ids, last].sort());
    });
  });
});

/** Whether it is a message of an occupant that begins so. */
function isSaid(stanza: Element, from: string, text = ""): boolean {
  const body = stanza.getChildText("body") ?? "";
  return stanza.is("message") && stanza.attrs.from === from && body.startsWith(text);
}
