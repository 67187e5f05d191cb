/** Programs of any kind post to hooks; people read it, in rooms and by themselves. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { grafana } from "../../component/hooks/formats/grafana.js";
import { alertmanager } from "../../component/hooks/formats/alertmanager.js";
import { command, operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";
import { addHook, becomes, inRoom, post, stateOf } from "./hooks-world.js";
import { call, CalledRoom, crash, type Person } from "./rooms-people.js";
import { documentationOf } from "../../http/docs/formats.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REACTIONS = "urn:xmpp:reactions:0";
const REPLY = "urn:xmpp:reply:0";
const OOB = "jabber:x:oob";
const VCARD = xml("vCard", { xmlns: "vcard-temp" });
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("x".repeat(500))]);

describe("A hook", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    let count = 0;
    const owned = (): Promise<Person> => inRoom(stage, running(), `ops-${++count}`);
    const isMessage =
      (id: string) =>
      (stanza: Element): boolean =>
        stanza.is("message") && stanza.attrs.id === id;
    const message = (person: Person, id: string): Promise<Element> => person.client.next(isMessage(id));

    it("posts Grafana's alerts to a room, by a bot of its own that needs no permission", async () => {
      const juliet = await owned();
      const name = "grafana";
      const url = await addHook(running(), name, "--to", juliet.room, "--title", "Grafana");
      const { headers, body } = documentationOf(grafana).sample;
      const answer = await post(url, JSON.parse(body) as object, headers);
      expect([answer.status, answer.delivery]).to.deep.equal([200, "confirmed"]);
      const ok = { ok: true, message_id: answer.id };
      expect(JSON.parse(answer.text)).to.deep.equal({ ...ok, delivery: "confirmed" });
      const heard = await message(juliet, answer.id);
      expect(heard.attrs.from).to.equal(`${juliet.room}/Grafana`);
      expect(heard.getChildText("body")).to.match(
        /^🔴\u00a0High memory usage \(eu-1\) · since .*\nMemory is short in eu-1 \(94.2\)\npanel https/,
      );
      expect(await stateOf(url, answer.id)).to.deep.equal({ ...ok, state: "confirmed" });
      const vcard = await juliet.client.iq("get", VCARD, `${name}@${stage.domain}`);
      const drawn = readFileSync("component/hooks/pictures/grafana.png").toString("base64");
      expect(vcard.getChild("vCard")?.getChild("PHOTO")?.getChildText("BINVAL")).to.equal(drawn);
    });

    it("posts to a user, by a bot with presence and a vCard, which users can add to their contacts", async () => {
      const romeo = await stage.client("romeo");
      const name = "backup";
      const bot = `${name}@${stage.domain}`;
      const picture = `${running().folder}/bot.png`;
      writeFileSync(picture, PNG);
      const profile = ["--title", "夜间备份", "--picture", picture];
      const url = await addHook(running(), name, "--to", romeo.bareJid, ...profile);
      const { id, delivery } = await post(url, "Backup finished");
      expect(delivery).to.equal("confirmed");
      const heard = await romeo.next((stanza) => stanza.attrs.id === id);
      expect(heard.attrs).to.include({ from: bot, type: "chat" });
      expect(heard.getChildText("body")).to.equal("Backup finished");
      expect(heard.getChildText("nick")).to.equal("夜间备份");

      const vcard = (await romeo.iq("get", VCARD, bot)).getChild("vCard");
      expect(vcard?.getChildText("FN")).to.equal("夜间备份");
      expect(vcard?.getChild("PHOTO")?.getChildText("BINVAL")).to.equal(PNG.toString("base64"));
      const query = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      const info = (await romeo.iq("get", query, bot)).getChild("query");
      const identity = { category: "client", type: "bot", name: "夜间备份" };
      expect(info?.getChild("identity")?.attrs).to.deep.equal(identity);
      await romeo.send(xml("presence", { to: bot, type: "subscribe" }));
      const isOnline = ({ name: kind, attrs: { from, type } }: Element): boolean =>
        kind === "presence" && from?.startsWith(`${bot}/`) === true && type === undefined;
      const update = (await romeo.next(isOnline)).getChild("x", "vcard-temp:x:update");
      expect(update?.getChildText("photo")).to.have.length(40);
      const room = { muc_id: name, muc_owner: "x", muc_domain: stage.domain };
      expect(await call(running(), "create_muc", room)).to.contain("is not a valid room id");
    });

    it("keeps an alert's message current until it is resolved, and says anew that it fires again", async () => {
      const juliet = await owned();
      const url = await addHook(running(), "alerts", "--to", juliet.room, "--update");
      const firing = JSON.parse(documentationOf(alertmanager).sample.body) as { alerts: object[] };
      const as = (status: string, ...statuses: readonly string[]): object => ({
        ...firing,
        status,
        alerts: statuses.map((each) => ({ ...firing.alerts[0], status: each })),
      });
      const said: Element[] = [];
      for (const payload of [
        as("firing", "firing"),
        as("firing", "firing", "firing"),
        as("firing", "firing", "resolved"),
        as("resolved", "resolved", "resolved"),
        as("firing", "firing", "resolved", "resolved"),
        as("resolved", "resolved"),
      ])
        said.push(await message(juliet, (await post(url, payload)).id));
      const ids = said.map(({ attrs }) => attrs.id);
      expect(said.map((each) => each.getChild("replace", CORRECTION)?.attrs.id)).to.deep.equal([
        ...[undefined, ids[0], ids[0], ids[0]],
        ...[undefined, ids[4]],
      ]);
      const states = said.map(
        (each) => (each.getChildText("body") ?? "").match(/\d firing|\d resolved|resolved/g)?.join() ?? "",
      );
      expect(states).to.deep.equal([
        ...["", "2 firing", "1 firing", "2 resolved"],
        ...["1 firing", "resolved"],
      ]);
    });

    it("replies to an alert's message when the alert is resolved, if that is announced", async () => {
      const juliet = await owned();
      const romeo = await stage.client("romeo");
      const firing = JSON.parse(documentationOf(alertmanager).sample.body) as object;
      const resolved = { ...firing, status: "resolved", alerts: [{ status: "resolved" }] };
      for (const [to, client] of [
        [juliet.room, juliet.client],
        [romeo.bareJid, romeo],
      ] as const) {
        const name = `announced-${++count}`;
        const url = await addHook(running(), name, "--to", to, "--update", "--announce-resolved");
        const first = await client.next(isMessage((await post(url, firing)).id));
        await post(url, resolved);
        const announced = await client.next((stanza) => stanza.getChild("reply", REPLY) !== undefined);
        const reacted = await client.next((stanza) => stanza.getChild("reactions", REACTIONS) !== undefined);
        expect(reacted.getChild("reactions", REACTIONS)?.getChildText("reaction")).to.equal("✅");
        const text = announced.getChildText("body") ?? "";
        expect(text).to.contain("resolved").and.not.contain("\n");
        const isInRoom = to === juliet.room;
        expect(announced.getChild("reply", REPLY)?.attrs).to.deep.include({
          to: first.attrs.from,
          id: isInRoom ? first.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id : first.attrs.id,
        });
      }
      const refused = await command(running(), "hook", "add", "x", "--to", "x", "--announce-resolved");
      expect(refused.stderr).to.contain("announce_resolved: only together with update");
    });

    it("replies to the newest version of a message, and reacts to it and the first, as clients know one of them", async () => {
      const juliet = await owned();
      const name = `corrected-${++count}`;
      const url = await addHook(running(), name, "--to", juliet.room, "--update", "--announce-resolved");
      const firing = JSON.parse(documentationOf(alertmanager).sample.body) as { alerts: object[] };
      const id = (await post(url, firing)).id;
      const idOf = (stanza: Element): unknown => stanza.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id;
      const first = idOf(await juliet.client.next(isMessage(id)));
      await post(url, { ...firing, alerts: [...firing.alerts, ...firing.alerts] });
      const corrected = (stanza: Element): boolean => stanza.getChild("replace", CORRECTION)?.attrs.id === id;
      const newest = idOf(await juliet.client.next(corrected));
      await post(url, { ...firing, status: "resolved", alerts: [{ status: "resolved" }] });
      const announced = await juliet.client.next((stanza) => stanza.getChild("reply", REPLY) !== undefined);
      expect(announced.getChild("reply", REPLY)?.attrs.id).to.equal(newest);
      for (const version of [newest, first]) {
        const isReaction = (stanza: Element): boolean =>
          stanza.getChild("reactions", REACTIONS) !== undefined;
        const reactions = (await juliet.client.next(isReaction)).getChild("reactions", REACTIONS);
        expect([reactions?.attrs.id, reactions?.getChildText("reaction")]).to.deep.equal([version, "✅"]);
      }
    });

    it("sends a picture as a message of its own before the text, so that all clients show it, and lists the text", async () => {
      const juliet = await owned();
      const url = await addHook(running(), "pictures", "--to", juliet.room);
      const image_url = "https://grafana.example.org/graph.png";
      const { id } = await post(url, { text: "Load", attachments: [{ image_url }] });
      const isGraph = (stanza: Element): boolean => stanza.getChild("x", OOB) !== undefined;
      const graph = await juliet.client.next(isGraph);
      const text = await message(juliet, id);
      expect(text.getChildText("body")).to.equal("Load");
      const { received } = juliet.client;
      expect(received.indexOf(graph)).to.be.lessThan(received.indexOf(text));
      expect(graph.getChildText("body")).to.equal(image_url);
      expect(graph.getChild("x", OOB)?.getChildText("url")).to.equal(image_url);
      expect(await stateOf(url, graph.attrs.id ?? "")).to.deep.include({ state: "confirmed" });
      const alone = await post(url, { blocks: [{ type: "image", image_url }] });
      expect((await message(juliet, alone.id)).getChildText("body")).to.equal(image_url);
    });

    it("says once what comes twice, and knows it after a crash", async () => {
      const juliet = await owned();
      const url = await addHook(running(), "once", "--to", juliet.room);
      const { body } = documentationOf(alertmanager).sample;
      const both = await Promise.all([1, 2].map(() => post(url, JSON.parse(body) as object)));
      expect(both[0]?.id).to.equal(both[1]?.id);
      const keyed = await post(url, "one", { "idempotency-key": "k1" });
      await crash(running());
      expect((await post(url, "one", { "idempotency-key": "k1" })).id).to.equal(keyed.id);
      const again = [await post(url, "ok"), await post(url, "ok")];
      expect(again[0]?.id).not.to.equal(again[1]?.id);
      const last = await message(juliet, again[1]?.id ?? "");
      const isTheirs = ({ name, attrs }: Element): boolean =>
        name === "message" && attrs.from?.startsWith(`${juliet.room}/once`) === true;
      // After a crash the same may come again, under the same id.
      const ids = [...new Set(juliet.client.received.filter(isTheirs).map(({ attrs }) => attrs.id))];
      expect(ids).to.deep.equal([both[0]?.id, keyed.id, again[0]?.id, last.attrs.id]);
    });

    it("speaks as a user with that user's rights, and as a bot until the room bans it", async () => {
      const juliet = await owned();
      const stranger = await stage.account("stranger");
      await juliet.configures({ membersonly: "1" });
      const user = `${stranger.username}@${stranger.host}`;
      const asUser = await addHook(running(), "user", "--to", juliet.room, "--as", user);
      expect((await post(asUser, "hi")).status).to.equal(403);
      const asOwner = await addHook(running(), "owner", "--to", juliet.room, "--as", juliet.client.bareJid);
      expect((await message(juliet, (await post(asOwner, "hi")).id)).attrs.from).to.equal(juliet.address);
      const bot = "banned";
      const asBot = await addHook(running(), bot, "--to", juliet.room);
      expect((await post(asBot, "hi")).status).to.equal(200);
      await juliet.administers({ jid: `${bot}@${stage.domain}`, affiliation: "outcast" });
      expect((await post(asBot, "hi")).status).to.equal(403);
    });

    it("tells that nobody is in the room, so nothing was sent", async () => {
      const owner = await stage.client("juliet");
      const { address } = await CalledRoom.make(running(), ["empty", stage.domain], owner);
      const url = await addHook(running(), "unheard", "--to", address);
      const { status, delivery, id } = await post(url, "hi");
      expect([status, delivery]).to.deep.equal([200, "stored"]);
      expect(await stateOf(url, id)).to.include({ state: "stored" });
      expect((await command(running(), "hook", "test", "unheard")).stdout).to.include(
        "Posted a test to the hook unheard: stored: nobody is in the room, so nothing was sent.\n",
      );
    });

    it("tells that a message came back, and why", async () => {
      const url = await addHook(running(), "lost", "--to", `nobody-at-all@${stage.server.host}`);
      const key = { "idempotency-key": "once" };
      const { id } = await post(url, "hi", key);
      await becomes(running(), [url, id], "bounced");
      expect(await stateOf(url, id)).to.deep.include({ state: "bounced", condition: "service-unavailable" });
      const again = await post(url, "hi", key);
      expect([again.status, again.delivery, again.id]).to.deep.equal([502, null, id]);
      expect(again.text).to.include("service-unavailable");
    });

    it("is tried, renewed and removed while the component runs; its secret is in no log", async () => {
      const juliet = await owned();
      const name = "life";
      const url = await addHook(running(), name, "--to", juliet.room, "--format", "grafana");
      const hook = (verb: string, ...args: string[]) => operate(running(), "hook", verb, name, ...args);
      expect(await hook("test")).to.equal("Posted a test to the hook life: confirmed.\n");
      const renewed = (await hook("rotate")).trim();
      expect((await post(url, "x")).text).to.equal("no_service");
      const sample = JSON.parse(documentationOf(grafana).sample.body) as object;
      expect((await post(renewed, sample)).status).to.equal(200);
      const own = `${running().folder}/own.liquid`;
      writeFileSync(own, "own: {{ title }}");
      await hook("set", "--template", own);
      const { id: templated } = await post(renewed, { ...sample, orgId: 2 });
      expect((await message(juliet, templated)).getChildText("body")).to.equal("own: High memory usage");
      // A template uses its format's variables, so it goes with the format.
      await hook("set", "--format", "text", "--title", "Deploys");
      await post(renewed, "done");
      expect(await juliet.hears("done")).to.equal("Deploys");
      const limits = ["--rate", "0.1", "--body-bytes", "1024"];
      expect(await hook("set", ...limits)).to.equal(`The hook ${name} was changed.\n`);
      // What was posted a moment ago counts at the new rate, too.
      const large = async (): Promise<number> => (await post(renewed, "x".repeat(1025))).status;
      let status = await large();
      while (status === 429) status = await large();
      expect([status, (await post(renewed, "x")).status]).to.deep.equal([413, 429]);
      expect((await command(running(), "hook", "list")).stdout).to.match(
        new RegExp(`^${name} +${juliet.room} +${name}@\\S+ +text .* 0\\.1 `, "m"),
      );
      await hook("remove", "--yes");
      expect((await post(renewed, "x")).text).to.equal("no_service");
      const [id = "", secret = ""] = renewed.split("/").slice(-2);
      const log = running().log.replaceAll('\\"', '"');
      expect(log).to.contain(
        `POST hook by ${name} as "${name}@${stage.domain}" in "${juliet.room}": confirmed`,
      );
      expect(log).not.to.contain(secret).and.not.to.contain(id);
    });
  });
});
