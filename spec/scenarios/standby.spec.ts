/** A second machine takes over by the copy that Litestream keeps there. */
import { expect } from "chai";
import { parse } from "yaml";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Gate } from "../../scripts/lab/gate.js";
import { operate } from "../support/command-line.js";
import { codeBlocks, guidePage } from "../support/documents.js";
import { Folder } from "../support/folder.js";
import { Litestream, type LitestreamConfig } from "../support/litestream.js";
import { onServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { answered, chat } from "./messages.js";
import { call } from "./rooms-people.js";

const [CONFIG = ""] = codeBlocks(guidePage("standby"), "yaml");
const SENDERS = 4;
const MESSAGES = 100;
/** Pieces copied after something was accepted until it is surely among them. */
const PIECES = 3;

/**
 * How long the server runs before the calls, in milliseconds. On a busy machine its uptime comes late, and a server that
 * has just been started would seem to have been restarted: confirmed messages would be sent again.
 */
const KNOWN_MS = 10_000;

/** A call that was answered `ret: true`. */
interface Accepted {
  readonly name: string;
  readonly isConfirmed: boolean;
}

it("A copy by the guide's configuration is less than a second old", () => {
  const [db] = (parse(CONFIG) as LitestreamConfig).dbs;
  const every = [db["monitor-interval"], db.replicas[0]["sync-interval"]];
  const ms = every.map((time) => Number(/^(\d+)ms$/.exec(time)?.[1]));
  expect((ms[0] ?? NaN) + (ms[1] ?? NaN)).to.be.below(1_000);
});

describe("A second machine, with the first killed under load", () => {
  onServer("prosody", {}, (stage) => {
    it("has the rooms, members and hooks, and sends what waits, but for the last second", async () => {
      const { server } = stage;
      const { domain, password, port } = server.component();
      const gate = await Gate.before(port);
      await gate.open();
      const folder = new Folder();
      const setup = {
        access: { domain, password, service: gate.service },
        hosts: server.settings.hosts,
      };
      const first = await ComponentProcess.start(setup);
      const database = `${first.folder}/qtalk.db`;
      const litestream = new Litestream(folder.path, database, parse(CONFIG) as LitestreamConfig);
      const replication = litestream.replicate();
      let second: ComponentProcess | undefined;
      try {
        await first.ready();
        const since = Date.now();
        await first.until(() => Date.now() - since > KNOWN_MS, "known for a while");
        const juliet = await stage.client("juliet");
        const muc_owner = juliet.username;
        const hook = await addHook(first, "alerts", "--to", juliet.bareJid);

        const messages: Accepted[] = [];
        const rooms: Accepted[] = [];
        const calls = async (
          name: string,
          list: Accepted[],
          endpoint: string,
          body: object,
        ): Promise<void> => {
          const { delivery, body: answer } = await answered(first, endpoint, body);
          if (answer.startsWith('{"ret":true')) list.push({ name, isConfirmed: delivery === "confirmed" });
        };
        let next = 0;
        const sender = async (): Promise<void> => {
          for (;;) {
            const name = `m-${++next}`;
            const send = { from: `test@${server.host}`, to: juliet.bareJid, message: chat(name, name) };
            await calls(name, messages, "send_thirdmessage", send);
            const room = { muc_id: `room-${name}`, muc_owner, muc_domain: domain, system: "test" };
            await call(first, "create_muc", room);
            await calls(room.muc_id, rooms, "add_muc_user", { ...room, muc_member: ["mercutio"] });
          }
        };
        // Until the component is gone.
        const senders = Promise.allSettled(Array.from({ length: SENDERS }, sender));
        await first.until(() => messages.length > MESSAGES, "answering");
        gate.end();
        await first.until(() => messages.length > 2 * MESSAGES, "answering without the server");
        const safe = new Set([...messages, ...rooms]);
        const { pieces } = litestream;
        await first.until(() => litestream.pieces >= pieces + PIECES, "copied");
        await Promise.all([first.end("SIGKILL"), replication.kill()]);
        await senders;
        expect(await litestream.generations(), "whole copies").to.equal(1);

        const restored = folder.at("restored.db");
        const copy = folder.at("copy.db");
        await litestream.restore(copy);
        await operate(first, "restore", copy, "--storage.path", restored);
        second = await ComponentProcess.start({ ...setup, config: { storage: { path: restored } } });
        await gate.open();
        await second.ready();
        const { id } = await post(hook.replace(String(first.httpPort), String(second.httpPort)), "Fire");
        await juliet.next((stanza) => stanza.attrs.id === id);

        const heard = juliet.received.map((stanza) => stanza.attrs.id ?? "");
        const missing = messages.filter(({ name }) => !heard.includes(name));
        for (const room of rooms) {
          const answer = await call(second, "muc_users", { muc_id: room.name, muc_domain: domain });
          if (!answer.includes("mercutio")) missing.push(room);
        }
        expect(missing.filter((each) => safe.has(each))).to.deep.equal([]);
        const confirmed = messages.filter(({ isConfirmed }) => isConfirmed).map(({ name }) => name);
        expect(confirmed.filter((name) => heard.indexOf(name) !== heard.lastIndexOf(name))).to.deep.equal([]);
      } finally {
        await replication.kill();
        await first.stop();
        await second?.stop();
        gate.end();
        folder.remove();
      }
    });
  });
});
