/** What calls on rooms were promised is done, though the component is killed in between. */
import { join } from "node:path";
import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { xml } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { componentOn, onServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const MESSAGES = 150;

describe("Messages to a room, with the component killed while they are sent", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    it("arrive all, in order, and once in the archive, if they were answered success", async () => {
      const component = running();
      const juliet = await stage.client("juliet");
      const muc_owner = juliet.bareJid;
      const muc_domain = stage.domain;
      await call(component, "create_muc", { muc_id: "storm", muc_owner, muc_domain });
      const person = new Person(juliet, `storm@${muc_domain}`, "Juliet");
      await person.enters();

      const promised: string[] = [];
      const send = async (text: string): Promise<void> => {
        const message = `<message type='groupchat'><body id='${text}'>${text}</body></message>`;
        const answer = await call(component, "send_thirdmessage", {
          from: muc_owner,
          to: person.room,
          message,
        });
        if (answer.startsWith('{"ret":true')) promised.push(text);
      };
      let next = 0;
      const sender = async (): Promise<void> => {
        while (next < MESSAGES) await send(`m-${next++}`);
      };
      const senders = Promise.allSettled([sender(), sender(), sender()]);
      await component.until(() => promised.length > MESSAGES / 3, "answering");
      await component.end("SIGKILL");
      await senders;
      component.launch();
      await component.ready();
      await send("the last");
      expect(promised.at(-1)).to.equal("the last");
      await person.hears("the last");

      const heard = juliet.received
        .filter((stanza) => stanza.attrs.type === "groupchat" && stanza.attrs.from === person.address)
        .map((stanza) => stanza.getChildText("body") ?? "");
      const first = [...new Set(heard)];
      for (const text of promised) expect(first).to.include(text);
      const archived = await archive(person);
      expect(archived.filter((text, at) => archived.indexOf(text) !== at)).to.deep.equal([]);
      expect(first).to.deep.equal(archived);
    });
  });
});

const ROOMS = 3_000;

describe("People who leave very many rooms, with the component killed in the middle", () => {
  onServer("prosody", {}, (stage) => {
    it("are out of all of them after it is started again, and every room has an owner", async () => {
      const { server } = stage;
      const { domain } = server.component();
      const component = await ComponentProcess.start({
        access: server.component(),
        hosts: server.settings.hosts,
      });
      const file = join(component.folder, "qtalk.db");
      try {
        await component.ready();
        await component.end("SIGTERM");
        const juliet = await stage.client("juliet");
        const romeo = await stage.client("romeo");
        fill(file, juliet.bareJid, romeo.bareJid);
        component.launch();
        await component.ready();
        const last = new Person(romeo, `room-${ROOMS}@${domain}`, "Romeo");
        await last.enters();
        await new Person(juliet, last.room, "Juliet").enters();

        const cleared = call(component, "clear_staff", { users: [juliet.bareJid] }).catch(() => "killed");
        await component.until(() => ownersIn(file, juliet.bareJid) < ROOMS, "working");
        const again = { muc_id: "room-1", muc_domain: domain, muc_owner: romeo.bareJid };
        const added = await call(component, "add_muc_user", { ...again, muc_member: [juliet.bareJid] });
        expect(added).to.match(/^{"ret":true/);
        await component.end("SIGKILL");
        expect(await cleared).to.equal("killed");
        expect(ownersIn(file, juliet.bareJid)).to.be.greaterThan(0);

        component.launch();
        await component.ready();
        await component.until(() => ownersIn(file, juliet.bareJid) === 0, "done");
        expect(ownersIn(file, romeo.bareJid)).to.equal(ROOMS);
        await last.sees("Juliet", "unavailable", "321");
        const users = await call(component, "muc_users", { muc_id: "room-1", muc_domain: domain });
        expect(users).to.include(`"U":"${juliet.username}"`);
      } finally {
        await component.stop();
      }
    });
  });
});

/** So many rooms, all one's, where another is a member. */
function fill(file: string, owner: string, member: string): void {
  const db = openDatabase(file);
  const options = JSON.stringify({ persistent: true, membersOnly: true, whois: "anyone" });
  const room = db.prepare(
    "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (?, ?, ?, 0, 0, 0, ?)",
  );
  const affiliation = db.prepare(
    "INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)",
  );
  db.transaction(() => {
    for (let id = 1; id <= ROOMS; id++) {
      room.run(id, `room-${id}`, Buffer.alloc(16, id), options);
      affiliation.run(id, owner, "owner", 1);
      affiliation.run(id, member, "member", 2);
    }
  })();
  db.close();
}

function ownersIn(file: string, jid: string): number {
  const db = openDatabase(file, { readonly: true });
  const sql = "SELECT count(*) FROM affiliations WHERE jid = ? AND affiliation = 'owner'";
  const count = db.prepare<[string], number>(sql).pluck().get(jid) ?? 0;
  db.close();
  return count;
}

/** All that the room has kept, in its order. */
async function archive(person: Person): Promise<string[]> {
  const before = person.client.received.length;
  const max = xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, "250"));
  await person.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2" }, max));
  return person.client.received.slice(before).flatMap((stanza) => {
    const message = stanza.getChild("result")?.getChild("forwarded")?.getChild("message");
    return message?.getChildText("body") ?? [];
  });
}
