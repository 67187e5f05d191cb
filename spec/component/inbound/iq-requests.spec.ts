import { EventEmitter } from "node:events";
import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import { IqRequests, type IqAnswer, type RequestLink } from "../../../component/inbound/iq-requests.js";
import { xml, type Element } from "../../../component/xml/builder.js";

class TestLink extends EventEmitter implements RequestLink {
  isUp = true;
  readonly domain = "conference.x.test";
  readonly written: string[] = [];

  write(stanza: string): boolean {
    this.written.push(stanza);
    return true;
  }

  /** An attribute of the last stanza. */
  last(name: string): string {
    return new RegExp(`${name}="([^"]*)"`).exec(this.written.at(-1) ?? "")?.[1] ?? "";
  }
}

const USER = Jid.parse("juliet@x.test")!;
const OTHER = Jid.parse("romeo@x.test")!;

function answer(attrs: Record<string, string>, ...children: Element[]): Element {
  return xml("iq", { to: "conference.x.test", from: "juliet@x.test", type: "result", ...attrs }, ...children);
}

const VCARD = xml("vCard", "vcard-temp");
const ERROR = xml("error", {}, xml("item-not-found", "urn:ietf:params:xml:ns:xmpp-stanzas"));
const MISSING = { kind: "error", condition: "item-not-found" };

/** Asks for a user's vCard, in another's name if `inNameOf` is given. */
function asked(timeout = 5000, inNameOf?: Jid) {
  const link = new TestLink();
  const requests = new IqRequests(link, 262_144);
  const ask = (): Promise<IqAnswer> =>
    requests.ask({ type: "get", to: USER, payload: VCARD, timeout, ...(inNameOf && { inNameOf }) });
  const outcome = ask();
  return { link, requests, ask, outcome, id: link.last("id") };
}

describe("Requests", () => {
  it("get their answers", async () => {
    const { link, requests, outcome, id } = asked();
    expect(link.last("to")).to.equal("juliet@x.test");
    expect(link.last("from")).to.equal("conference.x.test");
    expect(requests.consume(answer({ id }, VCARD))).to.equal(true);
    const result = await outcome;
    expect(result.kind === "result" && result.payload?.name).to.equal("vCard");
    expect(requests.waiting).to.equal(0);
  });

  it("get their errors", async () => {
    const { requests, outcome, id } = asked();
    requests.consume(answer({ id, type: "error" }, ERROR));
    expect(await outcome).to.deep.equal(MISSING);
  });

  it("in a user's name get their wrapped answers, and both kinds of errors", async () => {
    const wrapped = (type: string, child: Element): Element => {
      const inside = xml("iq", { xmlns: "jabber:client", type, from: "juliet@x.test" }, child);
      return xml("privilege", "urn:xmpp:privilege:2", xml("forwarded", "urn:xmpp:forward:0", inside));
    };
    const vcard = xml("vCard", "vcard-temp", xml("FN", {}, "Juliet"));
    const ask = async (attrs: Record<string, string>, child: Element): Promise<IqAnswer> => {
      const { link, requests, outcome, id } = asked(5000, OTHER);
      expect(link.written).to.deep.equal([
        `<iq to="romeo@x.test" from="conference.x.test" id="${id}" type="get">` +
          '<privileged_iq xmlns="urn:xmpp:privilege:2">' +
          `<iq xmlns="jabber:client" to="juliet@x.test" from="romeo@x.test" id="${id}" type="get">` +
          '<vCard xmlns="vcard-temp"/></iq></privileged_iq></iq>',
      ]);
      expect(requests.consume(answer({ id, ...attrs }, child)), "from somebody else").to.equal(false);
      expect(requests.consume(answer({ id, ...attrs, from: "romeo@x.test" }, child))).to.equal(true);
      return await outcome;
    };
    const result = await ask({}, wrapped("result", vcard));
    expect(result.kind === "result" && result.payload?.getChildText("FN")).to.equal("Juliet");
    expect(await ask({}, wrapped("error", ERROR)), "as Prosody says it").to.deep.equal(MISSING);
    expect(await ask({ type: "error" }, wrapped("error", ERROR)), "as ejabberd does").to.deep.equal(MISSING);
    expect(await ask({ type: "error" }, ERROR)).to.deep.equal(MISSING);
  });

  it("in a user's name that come back as if they were answered, as from ejabberd, aren't implemented", async () => {
    const { requests, outcome, id } = asked(5000, OTHER);
    const inside = xml("iq", { xmlns: "jabber:client", type: "get", from: "romeo@x.test", id }, VCARD);
    const back = xml("privilege", "urn:xmpp:privilege:2", xml("forwarded", "urn:xmpp:forward:0", inside));
    const own = answer({ id, type: "get", from: "romeo@x.test" }, VCARD);
    expect(requests.consume(own), "a request of the user's own").to.equal(false);
    expect(requests.consume(answer({ id, type: "get", from: "romeo@x.test" }, back))).to.equal(true);
    expect(await outcome).to.deep.equal({ kind: "error", condition: "feature-not-implemented" });
  });

  it("get an error if the answer is too large", async () => {
    const { requests, outcome, id } = asked();
    requests.consume(answer({ id }, xml("vCard", "vcard-temp", xml("DESC", {}, "x".repeat(262_144)))));
    expect(await outcome).to.deep.equal({ kind: "error", condition: "policy-violation" });
  });

  it("without answers end a few per turn", async () => {
    const { link, requests, ask } = asked(5);
    let turn = 0;
    const turns = new Map<number, number>();
    const silence = async (): Promise<void> => {
      expect((await ask()).kind).to.equal("silence");
      turns.set(turn, (turns.get(turn) ?? 0) + 1);
    };
    const all = Promise.all(Array.from({ length: 200 }, silence));
    for (; requests.waiting > 0; turn++) await new Promise(setImmediate);
    await all;
    expect(Math.max(...turns.values())).to.be.at.most(16);
    expect(requests.waiting).to.equal(0);
    link.emit("down");
  });

  it("end after their timeout, and ignore answers from other addresses, even with the right id, and late ones", async () => {
    const { requests, outcome, id } = asked(50);
    expect(requests.consume(answer({ id, from: "romeo@x.test" }))).to.equal(false);
    expect(requests.consume(answer({ id, from: "juliet@x.test/balcony" }))).to.equal(false);
    expect(requests.consume(answer({ id, to: "room@conference.x.test" }))).to.equal(false);
    expect(requests.consume(answer({ id: "another" }))).to.equal(false);
    expect(requests.consume(answer({ id, type: "get" }))).to.equal(false);
    expect(await outcome).to.deep.equal({ kind: "silence" });
    expect(requests.consume(answer({ id })), "too late").to.equal(false);
  });

  it("don't wait while the link is down", async () => {
    const { link, ask, outcome } = asked();
    link.emit("down");
    expect(await outcome).to.deep.equal({ kind: "unasked" });
    link.isUp = false;
    expect(await ask()).to.deep.equal({ kind: "unasked" });
    expect(link.written).to.have.length(1);
  });

  it("are refused if too many wait already", async () => {
    const { link, ask, outcome } = asked(60_000);
    const outcomes = Array.from({ length: 5000 }, ask);
    expect(await outcomes[4999]).to.deep.equal({ kind: "unasked" });
    link.emit("down");
    await Promise.all([outcome, ...outcomes]);
  });
});
