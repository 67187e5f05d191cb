/** A node of a cluster dies under load, and programs and people on the others don't notice (design: delivery, 15). */
import { expect } from "chai";
import { Client } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { EjabberdCluster } from "../support/ejabberd-cluster.js";
import { call, CalledRoom } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = `conference.${HOST}`;
const CALLERS = 4;

describe("A cluster of two ejabberd nodes", () => {
  let cluster: EjabberdCluster;
  let services: readonly string[];
  let component: ComponentProcess;
  const clients: Client[] = [];

  before(async () => {
    cluster = await EjabberdCluster.start({ modules: { archive: false, offline: false } });
    services = cluster.nodes.map((node) => node.component().service);
    const access = { domain: DOMAIN, password: "SECRET", service: services.join(",") };
    component = await ComponentProcess.start({ access, hosts: [HOST] });
    await component.ready();
  });
  after(async () => {
    await component.stop();
    await cluster.stop();
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  /** A user whose client is at the second node; the component begins at the first. */
  const atSecond = async (username: string): Promise<Client> => {
    const [first, second] = cluster.nodes;
    const account = { username, host: HOST, password: "secret" };
    await first?.addAccounts(account);
    const client = await Client.login({ ...account, port: second?.clientPort ?? 0 });
    clients.push(client);
    await client.appear();
    return client;
  };
  const isLinkedTo = async (node: 0 | 1): Promise<boolean> =>
    (await component.metrics()).includes(`qtalk_link_service{service="${services[node] ?? ""}"} 1`);

  it("loses no accepted message and no occupant when the node of the link is killed", async () => {
    expect(await isLinkedTo(0)).to.equal(true);
    const owner = await atSecond("romeo");
    const guest = await atSecond("juliet");
    const room = await CalledRoom.make(component, ["plaza", DOMAIN], owner, guest);
    const romeo = await room.admits(owner);
    const juliet = await room.admits(guest);

    const accepted: string[] = [];
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, async (_, caller) => {
      for (let count = 0; !isOver; count++) {
        const id = `m-${caller}-${count}`;
        const message = `<message type='chat' id='${id}'><body id='${id}'>${id}</body></message>`;
        const body = { from: owner.bareJid, to: guest.bareJid, message };
        expect(await call(component, "send_thirdmessage", body), id).to.contain('"ret":true');
        accepted.push(id);
      }
    });
    await component.until(() => accepted.length >= 200, "under load");
    await cluster.nodes[0]?.kill();
    await component.until(() => isLinkedTo(1), "linked to the second node");
    const before = accepted.length;
    await component.until(() => accepted.length >= before + 200, "under load again");
    isOver = true;
    await Promise.all(callers);
    expect(await room.says("still here")).to.equal(true);
    await juliet.hears("still here");
    await romeo.says("hello");
    await juliet.hears("hello");

    const seen = new Set(
      guest.received.filter(({ attrs }) => attrs.type === "chat").map(({ attrs }) => attrs.id),
    );
    expect(accepted.filter((id) => !seen.has(id))).to.deep.equal([]);
    const left = juliet.heard.filter(({ attrs }) => attrs.type === "unavailable");
    expect(left, "occupants who left").to.deep.equal([]);
  });
});
