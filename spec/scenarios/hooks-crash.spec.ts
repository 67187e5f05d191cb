/** A component that is killed while programs post to a hook. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { call, Person } from "./rooms-people.js";

const POSTS = 60;

describe("Posts to a hook whose component is killed in the middle", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("are all said, each under one id, once their programs have posted them until they were answered", async function () {
      this.timeout(60_000);
      const component = running();
      const { domain } = stage.server.component();
      const client = await stage.client("juliet");
      const muc_id = `ops-${stage.server.kind}`;
      await call(component, "create_muc", {
        muc_id,
        muc_owner: client.bareJid.split("@")[0],
        muc_domain: domain,
      });
      const juliet = new Person(client, `${muc_id}@${domain}`, "Juliet");
      await juliet.enters();
      const url = await addHook(component, `crash-${stage.server.kind}`, "--to", juliet.room);
      let isKilled = false;
      /** Posts until it is answered, as programs do. */
      const postUntil = async (n: number): Promise<string> => {
        for (;;) {
          const answer = await post(url, `post ${n}`, { "idempotency-key": String(n) }).catch(
            () => undefined,
          );
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
      const from = `${juliet.room}/crash-${stage.server.kind}`;
      const heard = client.received.filter((stanza) => stanza.is("message") && stanza.attrs.from === from);
      // What was routed when it was killed may come again, under the same id.
      const distinct = new Set(heard.map(({ attrs }) => attrs.id ?? ""));
      expect([...distinct].sort()).to.deep.equal([...ids, last].sort());
    });
  });
});
