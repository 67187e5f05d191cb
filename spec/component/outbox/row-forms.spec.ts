/** A row taken apart, and in which way it goes. */
import { expect } from "chai";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import { originIn, originOf } from "../../../component/outbox/origin.js";
import { RowStanzas, withOnly } from "../../../component/outbox/row-stanzas.js";
import { RowWays } from "../../../component/outbox/row-ways.js";
import { PLAIN } from "../../../component/outbox/ways.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { together } from "../../../component/xml/splice.js";
import { asStored } from "../../../component/xml/wire-text.js";
import type { Way } from "../../../storage/outbox-row.js";
import { row } from "./rows.js";

const stanza = asStored('<message from="alice@h/desk" id="m"><body>hi</body></message>');
const recipients = "a@h\nb@h\nc@h";

describe("A row of the outbox", () => {
  const DOMAIN = "rooms.h";
  const texts = (stanzas: RowStanzas): string[] =>
    Array.from({ length: stanzas.count }, (_, place) => stanzas.at(place));

  it("is one stanza, or several, or one for each receiver", () => {
    const one = row(1);
    expect(texts(new RowStanzas(one, DOMAIN, false))).to.deep.equal([one.stanza]);
    const some = [1, 2, 3].map((seq) => row(seq).stanza);
    expect(
      texts(new RowStanzas(row(1, { stanza: together(some), stanzas: 3 }), DOMAIN, false)),
    ).to.deep.equal(some);
    const many = new RowStanzas(
      row(1, { stanza, recipients, receiver: undefined, stanzas: 3 }),
      DOMAIN,
      false,
    );
    expect(texts(many)).to.deep.equal(
      ["a", "b", "c"].map((who) => stanza.replace("<message", `<message to="${who}@h"`)),
    );
    expect(many.recipients).to.deep.equal(["a@h", "b@h", "c@h"]);
  });

  it("says when it was accepted where it comes later than five seconds after that, unless it is a presence", () => {
    expect(RowStanzas.isLate(row(1, { acceptedAt: 1_000 }), 6_000)).to.equal(false);
    expect(RowStanzas.isLate(row(1, { acceptedAt: 1_000 }), 6_001)).to.equal(true);
    const delay = '<delay xmlns="urn:xmpp:delay" from="rooms.h" stamp="1970-01-01T00:00:01.000Z"/>';
    for (const more of [{}, { stanza, recipients, stanzas: 3 }]) {
      const late = row(1, { acceptedAt: 1_000, ...more });
      for (const text of texts(new RowStanzas(late, DOMAIN, true))) expect(text).to.contain(delay);
      for (const text of texts(new RowStanzas(late, DOMAIN, false))) expect(text).not.to.contain("delay");
      for (const text of texts(new RowStanzas({ ...late, kind: "presence" }, DOMAIN, true)))
        expect(text).not.to.contain("delay");
    }
  });

  it("keeps what of it is routed and what isn't left out; it is gone where nothing else is left", () => {
    const some = [1, 2, 3].map((seq) => row(seq).stanza);
    const several = row(1, { stanza: together(some), stanzas: 3, done: 1 });
    const left = withOnly(several, (place) => place === 2);
    expect([left?.stanza, left?.stanzas]).to.deep.equal([together([some[0]!, some[2]!]), 2]);
    expect(withOnly(several, () => false)).to.equal(undefined);
    const rest = row(1, { stanza: together(some.slice(1)), stanzas: 2 });
    expect(
      withOnly({ ...several, done: 0 }, (place) => place > 0),
      "it goes as before",
    ).to.deep.equal(rest);
    const many = row(1, { stanza, recipients, stanzas: 3, done: 1 });
    expect(withOnly(many, (place) => place === 1)).to.deep.include({ recipients: "a@h\nb@h", stanzas: 2 });
    expect(withOnly(many, () => false)).to.equal(undefined);
  });

  it("holds a message and its copy, which says when it was accepted outside of the message", () => {
    const copied = row(1, { acceptedAt: 1_000, stanzas: 2, isCopied: true });
    const [message, copy] = texts(new RowStanzas(copied, DOMAIN, true));
    expect(message).to.contain("<delay ");
    expect(copy?.match(/<delay /g)).to.have.length(1);
    expect(copy).to.match(/<\/sent><no-store xmlns="urn:xmpp:hints"\/><delay [^>]*\/><\/message>$/);
  });

  it("is left with the message alone, or with the copy alone, which goes as it is", () => {
    const copied = row(1, { stanzas: 2, isCopied: true });
    expect(withOnly(copied, (place) => place === 0)).to.deep.equal(row(1));
    const copy = new RowStanzas(copied, DOMAIN, false).at(1);
    const left = row(1, { stanza: copy, receiver: "alice@h", way: "plain" });
    expect(withOnly(copied, (place) => place === 1)).to.deep.equal(left);
    expect(withOnly(copied, () => true)).to.equal(copied);
    const half = { ...copied, done: 1 };
    expect([withOnly(half, () => true), withOnly(half, () => false)]).to.deep.equal([half, undefined]);
  });

  it("says what it holds, as far as that is a stanza", () => {
    const attrs = { from: "alice@h/desk", to: "bob@h", id: "m" };
    for (const kind of ["message", "presence", "iq"] as const)
      expect(originOf(xml(kind, attrs))).to.deep.equal({
        kind,
        sender: "alice@h",
        receiver: "bob@h",
        id: "m",
      });
    expect(originOf(xml("message", { from: "h" }))).to.include({ sender: "h", receiver: undefined });
    expect(originIn(xml("stream", attrs))).to.equal(undefined);
    expect(() => originOf(xml("stream", attrs))).to.throw("<stream> is no stanza");
  });
});

describe("The way of a row", () => {
  /** As it would go now; undefined: not at all. */
  let now: Way | undefined = "plain";
  const asked: string[] = [];
  let ways: RowWays;
  beforeEach(() => {
    now = "plain";
    asked.length = 0;
    ways = new RowWays({ ...PLAIN, of: (kind, sender) => (asked.push(`${kind} of ${sender}`), now) });
  });
  const message = row(1, { call: 1 });
  /** The sender's own copy of it, where the server makes none. */
  const copy = row(2, { call: 1, kind: "iq", way: "plain" });

  it("is as the server allows it now, for its sender and its kind", () => {
    expect(ways.of(row(1, { kind: "presence" }))).to.equal("plain");
    now = "privileged";
    expect(ways.of(message)).to.equal("privileged");
    now = undefined;
    expect(ways.of(message)).to.equal(undefined);
    expect(asked).to.deep.equal(["presence of alice@h", "message of alice@h", "message of alice@h"]);
  });

  it("is that of the message before it, for the sender's copies: a message is copied once", () => {
    ways.of(message);
    now = "privileged";
    expect(ways.of(copy)).to.equal("plain");
    ways.of(message);
    now = "plain";
    expect(ways.of(copy), "the server has made one").to.equal("omitted");
    expect(ways.of(copy), "of the next receiver, too").to.equal("omitted");
  });

  it("is that of the message that it copies, where both lie in one row", () => {
    const copied = row(1, { call: 1, stanzas: 2, isCopied: true });
    expect(ways.of(copied, 0)).to.equal("plain");
    now = "privileged";
    expect(ways.of(copied, 1)).to.equal("plain");
    expect([ways.of(copied, 0), ways.of(copied, 1)]).to.deep.equal(["privileged", "omitted"]);
    ways.forget();
    expect(ways.of({ ...copied, done: 1 })).to.equal("omitted");
  });

  it("is that of the copy before it, and of its own call's message, where another call's came before", () => {
    ways.of(copy);
    now = "privileged";
    expect(ways.of(copy)).to.equal("plain");
    now = "plain";
    ways.of({ ...message, call: 2 });
    ways.of({ ...message, call: 3 });
    now = "privileged";
    expect(ways.of({ ...copy, call: 3 })).to.equal("plain");
  });

  it("isn't that of another call's message, or another sender's", () => {
    ways.of(message);
    now = "privileged";
    expect(ways.of({ ...copy, call: 2 })).to.equal("omitted");
    ways.of(message);
    now = "plain";
    expect(ways.of({ ...copy, sender: "carol@h" })).to.equal("plain");
    expect(asked.at(-1)).to.equal("message of carol@h");
  });

  it("isn't that of a message that can't go now", () => {
    now = undefined;
    ways.of(message);
    expect(ways.of(copy)).to.equal(undefined);
    now = "privileged";
    expect(ways.of(copy)).to.equal("omitted");
  });

  it("is followed only by copies of the message just written plain: those that were routed aren't sent twice", () => {
    expect(ways.isFollowing(copy)).to.equal(false);
    ways.of(message);
    const others = [message, { ...copy, call: 2 }, { ...copy, sender: "carol@h" }];
    expect([copy, ...others].map((one) => ways.isFollowing(one))).to.deep.equal([true, false, false, false]);
    now = "privileged";
    ways.of(message);
    expect(ways.isFollowing(copy), "the server has made one").to.equal(false);
  });

  it("is asked anew where all is written again", () => {
    ways.of(message);
    ways.forget();
    now = "privileged";
    expect(ways.of(copy)).to.equal("omitted");
  });

  it("isn't there where its sender's messages, or stanzas of its kind, can't be written", () => {
    expect(ways.isStuck(message)).to.equal(false);
    now = undefined;
    expect([ways.isStuck(row(1, { kind: "presence" })), ways.isStuck(copy)]).to.deep.equal([true, true]);
    expect(asked.slice(1)).to.deep.equal(["presence of alice@h", "message of alice@h"]);
  });
});

describe("An envelope (XEP-0356)", () => {
  const envelopes = new Envelopes("rooms.h");
  const read = (text: string): Element => {
    const element = parseXml(text);
    if (element instanceof XmlFault) throw new Error(element.reason);
    return element;
  };
  const error = xml("error", { type: "auth" }, xml("forbidden", NS.stanzas));
  const returned = (attrs: object = {}, name = "message"): Element => {
    const { id } = read(envelopes.of(stanza, "alice@h", { seq: 17, done: 3 })).attrs;
    return xml(name, { from: "h", to: "rooms.h", type: "error", id, ...attrs }, error);
  };

  it("goes to its sender's host, with the message from the bare address in it", () => {
    for (let times = 0; times < 2; times++) {
      const { attrs, ...sent } = read(envelopes.of(stanza, "alice@h", { seq: 1, done: 0 }));
      expect(attrs).to.include({ from: "rooms.h", to: "h" });
      const inside = String(sent.children[0]);
      expect(inside).to.contain('from="alice@h"').and.to.contain("<body>hi</body>");
    }
    expect(read(envelopes.of(stanza, "bob@i", { seq: 1, done: 0 })).attrs.to).to.equal("i");
  });

  it("that comes back says what it was about", () => {
    const place = { seq: 17, done: 3 };
    expect(envelopes.refusedBy(returned())).to.deep.equal({ place, host: "h", condition: "forbidden" });
  });

  it("is sent back by nobody else", () => {
    const others = [
      { type: "chat" },
      { from: undefined },
      { from: "i.test" },
      { id: "m" },
      { id: undefined },
    ];
    for (const attrs of others)
      expect(envelopes.refusedBy(returned(attrs)), JSON.stringify(attrs)).to.equal(undefined);
    expect(envelopes.refusedBy(returned({}, "iq"))).to.equal(undefined);
    expect(envelopes.refusedBy(returned({ id: "m", from: undefined }))).to.equal(undefined);
  });
});
