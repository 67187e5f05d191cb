/** Programs of any kind post to hooks; people read it, in rooms and by themselves. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { grafana } from "../../component/hooks/formats/grafana.js";
import { alertmanager } from "../../component/hooks/formats/alertmanager.js";
import { componentOn, onServer } from "../support/servers.js";
import { addHook, command, post, stateOf } from "./hooks-world.js";
import { call, Person } from "./rooms-people.js";
import { documentationOf } from "../../http/docs/formats.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const REPLY = "urn:xmpp:reply:0";
const OOB = "jabber:x:oob";
const VCARD = xml("vCard", { xmlns: "vcard-temp" });
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("x".repeat(500))]);

describe("A hook", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    const domain = (): string => stage.domain;
    let count = 0;

    /** Creates a room by a call. @returns its owner, who is inside */
    const inRoom = async (): Promise<Person> => {
      const client = await stage.client("juliet");
      const muc_id = `ops-${++count}`;
      const muc_owner = client.username;
      await call(running(), "create_muc", { muc_id, muc_owner, muc_domain: domain(), system: "test" });
      const juliet = new Person(client, `${muc_id}@${domain()}`, "Juliet");
      await juliet.enters();
      return juliet;
    };
    const isMessage =
      (id: string) =>
      (stanza: Element): boolean =>
        stanza.is("message") && stanza.attrs.id === id;
    const message = (person: Person, id: string): Promise<Element> => person.client.next(isMessage(id));

    it("posts Grafana's alerts to a room, by a bot of its own that needs no permission", async () => {
      const juliet = await inRoom();
      const name = "grafana";
      const url = await addHook(running(), name, "--to", juliet.room, "--title", "Grafana");
      const { headers, body } = documentationOf(grafana).sample;
      const answer = await post(url, JSON.parse(body) as object, headers);
      expect([answer.status, answer.delivery]).to.deep.equal([200, "confirmed"]);
      expect(JSON.parse(answer.text)).to.deep.equal({
        ok: true,
        message_id: answer.id,
        delivery: "confirmed",
      });
      const heard = await message(juliet, answer.id);
      expect(heard.attrs.from).to.equal(`${juliet.room}/Grafana`);
      expect(heard.getChildText("body")).to.match(
        /^🔴 \*High memory usage\* · since .*\nMemory is short in eu-1 \(94.2\)\nsilence: https/,
      );
      expect(await stateOf(url, answer.id)).to.deep.equal({
        ok: true,
        message_id: answer.id,
        state: "confirmed",
      });
      const vcard = await juliet.client.iq("get", VCARD, `${name}@${domain()}`);
      const drawn = readFileSync("component/hooks/pictures/grafana.png").toString("base64");
      expect(vcard.getChild("vCard")?.getChild("PHOTO")?.getChildText("BINVAL")).to.equal(drawn);
    });

    it("posts to a user, by a bot with presence and a vCard, which users can add to their contacts", async () => {
      const romeo = await stage.client("romeo");
      const name = "backup";
      const bot = `${name}@${domain()}`;
      const picture = `${running().folder}/bot.png`;
      writeFileSync(picture, PNG);
      const url = await addHook(
        running(),
        name,
        ...["--to", romeo.bareJid, "--title", "夜间备份", "--picture", picture],
      );
      const { id, delivery } = await post(url, "Backup finished");
      expect(delivery).to.equal("confirmed");
      const heard = await romeo.next((stanza) => stanza.attrs.id === id);
      expect([heard.attrs.from, heard.attrs.type, heard.getChildText("body")]).to.deep.equal([
        bot,
        "chat",
        "Backup finished",
      ]);
      expect(heard.getChildText("nick")).to.equal("夜间备份");

      const vcard = (await romeo.iq("get", VCARD, bot)).getChild("vCard");
      expect(vcard?.getChildText("FN")).to.equal("夜间备份");
      expect(vcard?.getChild("PHOTO")?.getChildText("BINVAL")).to.equal(PNG.toString("base64"));
      const info = await romeo.iq(
        "get",
        xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }),
        bot,
      );
      expect(info.getChild("query")?.getChild("identity")?.attrs).to.deep.equal({
        category: "client",
        type: "bot",
        name: "夜间备份",
      });
      await romeo.send(xml("presence", { to: bot, type: "subscribe" }));
      const isOnline = (stanza: Element): boolean =>
        stanza.is("presence") &&
        stanza.attrs.from?.startsWith(`${bot}/`) === true &&
        stanza.attrs.type === undefined;
      expect(
        (await romeo.next(isOnline)).getChild("x", "vcard-temp:x:update")?.getChildText("photo"),
      ).to.have.length(40);
      expect(
        await call(running(), "create_muc", { muc_id: name, muc_owner: "x", muc_domain: domain() }),
      ).to.contain("is not a valid room id");
    });

    it("keeps an alert's message current until it is resolved, and says anew that it fires again", async () => {
      const juliet = await inRoom();
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
        ...["", "2 firing", "1 firing,1 resolved", "resolved"],
        ...["1 firing,2 resolved", "resolved"],
      ]);
    });

    it("replies to an alert's message when the alert is resolved, if that is announced", async () => {
      const juliet = await inRoom();
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

    it("sends a picture as a message of its own, so that all clients show it, and once", async () => {
      const juliet = await inRoom();
      const url = await addHook(running(), "pictures", "--to", juliet.room);
      const image_url = "https://grafana.example.org/graph.png";
      const { id } = await post(url, { text: "Load", attachments: [{ image_url }] });
      expect((await message(juliet, id)).getChildText("body")).to.equal("Load");
      const isGraph = (stanza: Element): boolean => stanza.getChild("x", OOB) !== undefined;
      const graph = await juliet.client.next(isGraph);
      expect(graph.getChildText("body")).to.equal(image_url);
      expect(graph.getChild("x", OOB)?.getChildText("url")).to.equal(image_url);
      expect(await stateOf(url, graph.attrs.id ?? "")).to.deep.include({ state: "confirmed" });
      const alone = await post(url, { blocks: [{ type: "image", image_url }] });
      expect((await message(juliet, alone.id)).getChildText("body")).to.equal(image_url);
    });

    it("says once what comes twice, and knows it after a crash", async () => {
      const juliet = await inRoom();
      const url = await addHook(running(), "once", "--to", juliet.room);
      const { body } = documentationOf(alertmanager).sample;
      const both = await Promise.all([1, 2].map(() => post(url, JSON.parse(body) as object)));
      expect(both[0]?.id).to.equal(both[1]?.id);
      const keyed = await post(url, "one", { "idempotency-key": "k1" });
      await running().end("SIGKILL");
      running().launch();
      await running().ready();
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
      const juliet = await inRoom();
      const stranger = await stage.account("stranger");
      await juliet.configures({ membersonly: "1" });
      const asUser = await addHook(
        running(),
        "user",
        "--to",
        juliet.room,
        "--as",
        `${stranger.username}@${stranger.host}`,
      );
      expect((await post(asUser, "hi")).status).to.equal(403);
      const asOwner = await addHook(running(), "owner", "--to", juliet.room, "--as", juliet.client.bareJid);
      expect((await message(juliet, (await post(asOwner, "hi")).id)).attrs.from).to.equal(juliet.address);
      const bot = "banned";
      const asBot = await addHook(running(), bot, "--to", juliet.room);
      expect((await post(asBot, "hi")).status).to.equal(200);
      await juliet.administers({ jid: `${bot}@${domain()}`, affiliation: "outcast" });
      expect((await post(asBot, "hi")).status).to.equal(403);
    });

    it("tells that nobody is in the room, so nothing was sent", async () => {
      const room = (await inRoom()).room.replace("ops-", "empty-");
      const owner = (await stage.client("juliet")).username;
      const muc_id = room.split("@")[0] ?? "";
      await call(running(), "create_muc", { muc_id, muc_owner: owner, muc_domain: domain(), system: "test" });
      const url = await addHook(running(), "unheard", "--to", room);
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
      await running().until(async () => {
        const status = (await stateOf(url, id)) as { state: string };
        return status.state === "bounced";
      }, "notified of the bounce");
      expect(await stateOf(url, id)).to.deep.include({ state: "bounced", condition: "service-unavailable" });
      const again = await post(url, "hi", key);
      expect([again.status, again.delivery, again.id]).to.deep.equal([502, null, id]);
      expect(again.text).to.include("service-unavailable");
    });

    it("is tried, renewed and removed while the component runs; its secret is in no log", async () => {
      const juliet = await inRoom();
      const name = "life";
      const url = await addHook(running(), name, "--to", juliet.room, "--format", "grafana");
      const tried = await command(running(), "hook", "test", name);
      expect([tried.code, tried.stdout]).to.deep.equal([0, "Posted a test to the hook life: confirmed.\n"]);
      const renewed = (await command(running(), "hook", "rotate", name)).stdout.trim();
      expect((await post(url, "x")).text).to.equal("no_service");
      expect(
        (await post(renewed, JSON.parse(documentationOf(grafana).sample.body) as object)).status,
      ).to.equal(200);
      const set = async (...changes: string[]): Promise<string> =>
        (await command(running(), "hook", "set", name, ...changes)).stdout;
      const own = `${running().folder}/own.liquid`;
      writeFileSync(own, "own: {{ title }}");
      await set("--template", own);
      const another = { ...(JSON.parse(documentationOf(grafana).sample.body) as object), orgId: 2 };
      const { id: templated } = await post(renewed, another);
      expect((await message(juliet, templated)).getChildText("body")).to.equal("own: High memory usage");
      // A template uses its format's variables, so it goes with the format.
      await set("--format", "text", "--title", "Deploys");
      const { id: renamed } = await post(renewed, "done");
      const heard = await message(juliet, renamed);
      expect([heard.attrs.from, heard.getChildText("body")]).to.deep.equal([
        `${juliet.room}/Deploys`,
        "done",
      ]);
      expect(await set("--rate", "0.1", "--body-bytes", "1024")).to.equal(`The hook ${name} was changed.\n`);
      const two = [await post(renewed, "x".repeat(1025)), await post(renewed, "x")];
      expect(two.map(({ status }) => status)).to.deep.equal([413, 429]);
      expect((await command(running(), "hook", "list")).stdout).to.match(
        new RegExp(`^${name} +${juliet.room} +${name}@\\S+ +text .* 0\\.1 `, "m"),
      );
      expect((await command(running(), "hook", "remove", name, "--yes")).code).to.equal(0);
      expect((await post(renewed, "x")).text).to.equal("no_service");
      const [id = "", secret = ""] = renewed.split("/").slice(-2);
      const log = running().log.replaceAll('\\"', '"');
      expect(log).to.contain(`POST hook by ${name} as "${name}@${domain()}" in "${juliet.room}": confirmed`);
      expect(log).not.to.contain(secret).and.not.to.contain(id);
    });
  });
});
