/** The stream survives input of any kind and fragmentation. */
import { expect } from "chai";
import type { Element } from "../../../component/xml/builder.js";
import { FaultServer } from "../../support/fault-server.js";
import { find } from "../../../scripts/lab/stanza-reader.js";
import { ids, message, until } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "../outbox/fault-stage.js";

const TEXT = "汉字 ünï 😀 \u{20000} end";

describe("The stream", () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  before(() => process.on("unhandledRejection", onRejection));
  after(() => process.off("unhandledRejection", onRejection));

  onFaultServer();
  beforeEach(() => connect().ready());
  afterEach(() => expect(rejections).to.deep.equal([]));

  const bodies = (count: number): Promise<string[]> =>
    new Promise((resolve) => {
      const seen: string[] = [];
      sender.link.on("stanza", (stanza: Element) => {
        if (stanza.getChild("body") !== undefined) seen.push(stanza.getChildText("body") ?? "");
        if (seen.length === count) resolve(seen);
      });
    });
  const incoming = (body: string): string =>
    `<message from="bob@qtalk.test.org/x" to="${server.domain}" type="chat"><body>${body}</body></message>`;

  for (const chunk of [1, 2, 3, 5]) {
    it(`keeps characters that are cut, in both directions, with chunks of ${chunk} bytes`, async () => {
      server.faults.chunk = chunk;
      const received = bodies(5);
      for (let count = 0; count < 5; count++) server.connection.send(incoming(TEXT));
      expect(await received).to.deep.equal(Array(5).fill(TEXT));
      await sender.accept(message("m", { body: TEXT }));
      const sent = server.routed.find(({ attrs }) => attrs.id === "m");
      expect(sent && find(sent, "body")?.getText()).to.equal(TEXT);
    });
  }

  it("loses nothing if it is cut at any byte", async () => {
    const all = ids("m", 12);
    const length = Buffer.byteLength(message("m-0").stanza) * 2;
    for (let at = 1; at < length; at += 7) {
      server.routed.length = 0;
      server.faults.closeAtByte = server.connection.bytes + at;
      const sent = Promise.all(all.map((id) => sender.send(id)));
      await until("the cut", () => !sender.outbox.isReady || server.connection.state === "ended");
      server.heal();
      await sent;
      await sender.drained();
      expect(server.firstIds, `cut at byte ${at}`).to.deep.equal(all);
      await sender.ready();
    }
  });

  const hostile: Record<string, string> = {
    "without addresses": "<message/><iq/><presence/>",
    "with addresses that are none":
      '<iq type="get" id="1" from="@@" to="/"><ping xmlns="urn:xmpp:ping"/></iq>',
    "with an empty IQ": '<iq type="get" id="1" from="a@b" to="conference.qtalk.test.org"/>',
    "with two payloads": '<iq type="set" id="1" from="a@b" to="conference.qtalk.test.org"><a/><b/></iq>',
    "with an IQ of no type":
      '<iq id="1" from="a@b" to="conference.qtalk.test.org"><ping xmlns="urn:xmpp:ping"/></iq>',
    "with answers nobody asked for":
      '<iq type="result" id="ack-x" from="a@b" to="conference.qtalk.test.org"/>',
    "with errors in errors": '<message type="error" from="a@b" to="c@d"><error/></message>',
    "of elements that are no stanzas": "<handshake/><handshake/><foo xmlns='bar'/><stream:features/>",
    "as deep as it goes": "<message>".repeat(2000) + "</message>".repeat(2000),
    "with names that objects have":
      '<iq type="get" id="1" from="a@b" to="conference.qtalk.test.org" __proto__="x" constructor="y"><toString/></iq>',
    "with raw text": "hello &amp; goodbye",
    "with a spoofed ack request": '<message from="eve@b" to="conference.qtalk.test.org" id="ack-1"/>',
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`survives stanzas ${what}`, async () => {
      server.connection.send(text);
      expect(await sender.send("still works")).to.deep.equal({ delivery: "confirmed" });
      expect(server.connections).to.have.length(1);
      expect(server.ids).to.contain("still works");
    });
  }

  const broken: Record<string, string> = {
    "that isn't well-formed": "<message></iq>",
    "with an end tag too many": "</message>",
    "after the stream's end": "</stream:stream><message/></stream:stream>",
    "with a second stream error":
      "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>".repeat(2),
    "with an empty stream error": "<stream:error/>",
    "with a stream error of text alone": "<stream:error>no</stream:error>",
    "that tells us to go elsewhere, nowhere":
      "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
  };
  for (const [what, text] of Object.entries(broken)) {
    it(`is made anew after input ${what}`, async () => {
      server.connection.send(text);
      await server.until("a new connection", () => server.connections.length === 2);
      await sender.ready();
      expect(await sender.send("works again")).to.deep.equal({ delivery: "confirmed" });
    });
  }

  it("acknowledges at once what it reads, by a space if it has nothing to say", async () => {
    server.faults.streamId = "unlike ejabberd's";
    server.connection.destroy();
    await server.until("a new connection", () => server.connections.length === 2);
    await sender.ready();
    // What is written anyway, such as a late ack request, takes the place of the space.
    for (let reads = 0; reads < 20 && server.connection.spaces === 0; reads++) {
      const { bytes } = server.connection;
      server.connection.send(`<message type="error" from="bob@qtalk.test.org" to="${server.domain}"/>`);
      await server.until("an acknowledgement", () => server.connection.bytes > bytes);
    }
    expect(server.connection.spaces).to.be.above(0);
  });

  it("isn't redirected to another host", async () => {
    const other = await FaultServer.start();
    const host = other.service.slice("xmpp://".length);
    server.connection.send(
      `<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>${host}</see-other-host></stream:error>`,
    );
    await server.until("a new connection", () => server.connections.length === 2);
    await sender.ready();
    expect(other.connections).to.have.length(0);
    await other.hideAway();
  });

  it("counts bounces by condition, and logs their addresses", async () => {
    server.faults.onStanza = ({ attrs }, connection) => {
      const error = (condition: string): string =>
        `<error type="cancel"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
      const { id = "", from = "", to = "" } = attrs;
      const condition = id === "m-0" ? "service-unavailable" : "item-not-found";
      connection.send(
        `<message type="error" id="${id}" from="${to}" to="${from}">${error(condition)}</message>`,
      );
    };
    await sender.send(...ids("m", 3));
    const count = (condition: string): Promise<number> => sender.count("qtalk_bounces_total", condition);
    await until("the bounces", () => sender.log.about("Bounced").length === 3);
    expect(await count("service-unavailable")).to.equal(1);
    expect(await count("item-not-found")).to.equal(2);
    expect(sender.log.about("id m-0")[0]).to.contain("service-unavailable").and.contain("bob@qtalk.test.org");
    expect(server.connections).to.have.length(1);
  });
});
