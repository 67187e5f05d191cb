/** What servers do with several connections of a component, and with components that share a listener. */
import { expect } from "chai";
import { xml, type Client } from "../../scripts/lab/client.js";
import { freePort } from "../../scripts/lab/ports.js";
import { isStreamError, RawComponent } from "../support/raw-component.js";
import { onServer } from "../support/servers.js";
import { condition, isMessage } from "./reading.js";

const HOST = "qtalk.test.org";
const COMPONENT = `conference.${HOST}`;
const ROOMS = Array.from({ length: 40 }, (_, index) => `room${index}@${COMPONENT}`);

describe("Two connections of a component", () => {
  onServer("ejabberd", { components: [{ domain: COMPONENT, connections: 2 }] }, (stage) => {
    it("share the rooms: what is sent to a room's addresses always reaches the same one", async () => {
      const client = await stage.client();
      const components = [await stage.component(), await stage.component()];
      const resources = ["romeo", "juliet"];
      for (const resource of resources) {
        for (const room of ROOMS) await client.send(xml("message", { to: `${room}/${resource}` }));
      }
      await client.settle();
      // A closed stream has brought all that was routed to it.
      await Promise.all(components.map((component) => component.close()));
      const addresses = components.map(({ received }) =>
        received.filter(isMessage).map(({ attrs }) => attrs.to ?? ""),
      );
      const rooms = addresses.map((all) => new Set(all.map((address) => address.split("/")[0])));
      expect(addresses.flat()).to.have.length(resources.length * ROOMS.length);
      expect(rooms.map((set) => set.size).reduce((sum, size) => sum + size)).to.equal(ROOMS.length);
      expect(Math.min(...rooms.map((set) => set.size))).to.be.greaterThan(ROOMS.length / 4);
    });
  });

  const cautious = `cautious.${HOST}`;
  const extra = `Component "${cautious}"\n  component_secret = "SECRET"`;

  onServer("prosody", { extra }, (stage) => {
    it('replace one another with component_conflict_resolve = "kick_old"', async () => {
      const [older, newer] = [await stage.component(), await stage.component()];
      expect(condition(await older.next(isStreamError))).to.equal("conflict");
      await older.closed;
      await newer.barrier();
    });

    it("are one too many by default: the newer is refused while the older is there", async () => {
      const login = { ...stage.server.component(), domain: cautious };
      const older = await RawComponent.connect(login);
      const refusal: unknown = await RawComponent.connect(login).catch((error: unknown) => error);
      expect(String(refusal)).to.contain("<conflict");
      await older.barrier();
      await older.close();
    });
  });
});

/** Free now, and likely still when the server starts. */
const ports = { shared: await freePort(), apart: await freePort() };

describe("Components that share a listener of ejabberd", () => {
  const [romeo, juliet] = [`romeo.${HOST}`, `juliet.${HOST}`];
  const domains = `{${romeo}: {password: SECRET}, ${juliet}: {password: SECRET}}`;
  const listener = (port: number) =>
    `port: ${port}, ip: 127.0.0.1, module: ejabberd_service, hosts: ${domains}`;
  const extra = `listen: [{${listener(ports.shared)}}, {${listener(ports.apart)}, global_routes: false}]`;

  onServer("ejabberd", { extra }, (stage) => {
    /** Which errors somebody gets who writes to juliet while only romeo is connected. */
    async function writeToJuliet(port: number): Promise<[sender: Client, present: RawComponent]> {
      const [sender, present] = [
        await stage.client(),
        await RawComponent.connect({ domain: romeo, password: "SECRET", port }),
      ];
      await sender.send(xml("message", { to: juliet, id: "m1" }, xml("body", {}, "hello")));
      await sender.settle();
      return [sender, present];
    }

    it("get each other's stanzas by default", async () => {
      const [, present] = await writeToJuliet(ports.shared);
      expect((await present.next(isMessage)).attrs.to).to.equal(juliet);
      await present.close();
    });

    it("don't with global_routes: false", async () => {
      const [sender, present] = await writeToJuliet(ports.apart);
      expect(condition(await sender.next(isMessage))).to.equal("remote-server-not-found");
      await present.close();
      expect(present.received.filter(isMessage)).to.deep.equal([]);
    });
  });
});

describe("A component of Prosody that is away", () => {
  const extra = `Component "named.${HOST}"\n  component_secret = "SECRET"\n  name = "Rooms"`;

  onServer("prosody", { extra }, (stage) => {
    it("is answered for by the server where the configuration names it, and missing where not", async () => {
      const client = await stage.client();
      const info = () => xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      const named = await client.iq("get", info(), `named.${HOST}`);
      expect(named.getChild("query")?.getChild("identity")?.attrs.name).to.equal("Rooms");
      const unnamed = await client.iq("get", info(), COMPONENT);
      expect(condition(unnamed)).to.equal("remote-server-timeout");
    });
  });
});
