/** A node of a cluster dies under load, and programs and people on the others don't notice (design: delivery, 15). */
import { expect } from "chai";
import { Client, xml, type Element } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { EjabberdCluster } from "../support/ejabberd-cluster.js";
import { Person } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const ROOM = `plaza@conference.${HOST}`;
const CALLERS = 4;

describe("A cluster of two ejabberd nodes", () => {
  let cluster: EjabberdCluster;
  let component: ComponentProcess;
  const clients: Client[] = [];

  before(async () => {
    cluster = await EjabberdCluster.start({ modules: { archive: false, offline: false } });
    const [first, second] = cluster.nodes.map((node) => node.component());
    const service = [first?.service, second?.service].join(",");
    component = await ComponentProcess.start({
      access: { domain: `conference.${HOST}`, password: "SECRET", service },
      hosts: [HOST],
    });
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
  const say = async (to: string, id: string): Promise<void> => {
    const type = to === ROOM ? "groupchat" : "chat";
    const message = `<message type='${type}' id='${id}'><body id='${id}'>${id}</body></message>`;
    const body = { from: `romeo@${HOST}`, to, message };
    const response = await component.post("send_thirdmessage", body);
    expect(await response.json(), id).to.deep.include({ ret: true });
  };
  const linkedTo = async (service: string): Promise<boolean> =>
    (await component.metrics()).includes(`qtalk_link_service{service="${service}"} 1`);

  it("loses no accepted message and no occupant when the node of the link is killed", async () => {
    const [first, second] = cluster.nodes.map((node) => node.component().service);
    expect(await linkedTo(first ?? "")).to.equal(true);
    const [romeo, juliet] = [await atSecond("romeo"), await atSecond("juliet")];
    const room = { muc_id: "plaza", muc_owner: "romeo", muc_domain: `conference.${HOST}` };
    await component.post("create_muc", room);
    await component.post("add_muc_user", { ...room, muc_member: ["juliet"] });
    await new Person(romeo, ROOM, "Romeo").enters();
    await new Person(juliet, ROOM, "Juliet").enters();

    const accepted: string[] = [];
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, async (_, caller) => {
      for (let count = 0; !isOver; count++) {
        const id = `m-${caller}-${count}`;
        await say(juliet.bareJid, id);
        accepted.push(id);
      }
    });
    await component.until(() => accepted.length >= 200, "under load");
    await cluster.nodes[0]?.kill();
    await component.until(() => linkedTo(second ?? ""), "linked to the second node");
    const before = accepted.length;
    await component.until(() => accepted.length >= before + 200, "under load again");
    isOver = true;
    await Promise.all(callers);
    await say(ROOM, "still-here");
    await juliet.next(
      (stanza) => stanza.attrs.type === "groupchat" && stanza.getChildText("body") === "still-here",
    );

    const isOf =
      (id: string) =>
      (stanza: Element): boolean =>
        stanza.is("message") && stanza.attrs.id === id;
    const seen = new Set(
      juliet.received.filter((stanza) => stanza.attrs.type === "chat").map(({ attrs }) => attrs.id),
    );
    expect(accepted.filter((id) => !seen.has(id))).to.deep.equal([]);
    const left = juliet.received.filter(
      (stanza) =>
        stanza.is("presence") && stanza.attrs.type === "unavailable" && stanza.attrs.from?.startsWith(ROOM),
    );
    expect(left, "occupants who left").to.deep.equal([]);
    await romeo.send(
      xml("message", { to: ROOM, type: "groupchat", id: "from-inside" }, xml("body", {}, "hello")),
    );
    await juliet.next(isOf("from-inside"));
  });
});
