/** Splicing has the same results as the builder and the serialiser. */
import { expect } from "chai";
import fc from "fast-check";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { quote, serialise } from "../../../component/xml/serialise.js";
import {
  addressable,
  addressed,
  separate,
  batches,
  multicastStanza,
  forwarding,
  withFirstChildren,
  withLastChild,
  envelope,
  enveloped,
  fromBare,
} from "../../../component/xml/splice.js";
import { asStored, inOneWrite, type WireText } from "../../../component/xml/wire-text.js";
import { element, read, text, treeOf } from "./arbitrary.js";

describe("The splice", () => {
  const others = ({ attrs }: Element): Element["attrs"] =>
    Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== "to"));

  it("inserts an address like the builder", () => {
    fc.assert(
      fc.property(element, text, (tree, to) => {
        const spliced = addressed(addressable(serialise(xml(tree.name, others(tree), ...tree.children))), to);
        expect(spliced).to.equal(serialise(xml(tree.name, { to, ...others(tree) }, ...tree.children)));
      }),
    );
  });

  it("appends a child like the builder, also to an empty stanza", () => {
    fc.assert(
      fc.property(element, element, (tree, child) => {
        const spliced = withLastChild(serialise(tree), child);
        expect(read(spliced)).to.deep.equal(treeOf(xml(tree.name, tree.attrs, ...tree.children, child)));
      }),
    );
  });

  it("prepends children like the builder", () => {
    fc.assert(
      fc.property(element, fc.array(element), (tree, more) => {
        const last = xml("last");
        const spliced = withFirstChildren(
          serialise(xml(tree.name, tree.attrs, ...tree.children, last)),
          inOneWrite(more.map(serialise)),
        );
        const built = xml(tree.name, tree.attrs, ...more, ...tree.children, last);
        expect(read(spliced)).to.deep.equal(treeOf(built));
      }),
    );
  });

  it("wraps a stanza in an archive's envelope like the builder", () => {
    fc.assert(
      fc.property(element, text, (tree, id) => {
        const around = (inside?: Element): Element =>
          xml("message", { id }, xml("forwarded", NS.forward, xml("delay", NS.delay), inside));
        const attrs = Object.fromEntries(Object.entries(tree.attrs).filter(([name]) => name !== "xmlns"));
        const spliced = forwarding(serialise(around()), serialise(xml(tree.name, attrs, ...tree.children)));
        const built = around(xml(tree.name, { xmlns: NS.client, ...attrs }, ...tree.children));
        expect(read(spliced)).to.deep.equal(treeOf(built));
      }),
    );
  });

  it("separates several stanzas in one text", () => {
    const hard = xml("m", { a: "\r\n" }, "\r\n", xml("m", {}, xml("m"), xml("m")));
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), fc.nat(200), (trees, size) => {
        const all = [...trees, hard].map(serialise);
        expect(separate(inOneWrite(all))).to.deep.equal(all);
        const parts = [...batches(all, size)];
        expect(parts.flat()).to.deep.equal(all);
        for (const [at, part] of parts.entries()) {
          expect(part).not.to.deep.equal([]);
          if (part.length > 1) expect(part.join("").length).to.be.at.most(size);
          const next = parts[at + 1]?.[0] ?? "x".repeat(size + 1);
          expect([...part, next].join("").length, "as many as fit").to.be.above(size);
        }
      }),
    );
  });

  it("separates stanzas from damaged ones, such as of a damaged disk", () => {
    for (const parts of [
      ["<a><b/></a>", "<c x='1'/>", "<d><e></d>"],
      ["<a/>", "</b><c/>"],
      ["<a/>", "text"],
      ["<a/>", "<b x='"],
    ])
      expect(separate(asStored(parts.join("")))).to.deep.equal(parts);
    expect(separate(asStored("<a/>\r<b/>\n"))).to.deep.equal(["<a/>", "<b/>"]);
  });

  it("inserts many addresses like the builder", () => {
    fc.assert(
      fc.property(element, fc.array(text), text, (tree, receivers, service) => {
        const whole = xml(tree.name, others(tree), ...tree.children);
        const spliced = multicastStanza(addressable(serialise(whole)), service, receivers.map(quote));
        const addresses = receivers.map((jid) => xml("address", { type: "bcc", jid }));
        const built = xml(
          tree.name,
          { to: service, ...others(tree) },
          xml("addresses", NS.address, ...addresses),
          ...tree.children,
        );
        if (receivers.length > 0) expect(spliced).to.equal(serialise(built));
        expect(read(spliced)).to.deep.equal(treeOf(built));
      }),
    );
  });

  it("inserts address and child in any order", () => {
    const stanza = serialise(xml("message", { from: "a@b" }));
    const delay = xml("delay", "urn:xmpp:delay");
    const both = '<message to="c@d" from="a@b"><delay xmlns="urn:xmpp:delay"/></message>';
    expect(withLastChild(addressed(addressable(stanza), "c@d"), delay)).to.equal(both);
    expect(addressed(addressable(withLastChild(stanza, delay)), "c@d")).to.equal(both);
  });

  it("wraps a stanza with attributes in an envelope like the builder", () => {
    const around = (attrs: object, ...inside: Element[]): Element =>
      xml(
        "message",
        { ...attrs, to: "a", from: "b" },
        xml("privilege", NS.privilege, xml("forwarded", NS.forward, ...inside)),
      );
    const cut = envelope(serialise(around({})));
    fc.assert(
      fc.property(element, text, ({ name, attrs, children }, id) => {
        const own = { ...attrs };
        delete own.xmlns;
        const copy = xml(name, { xmlns: "jabber:client", ...own }, ...children);
        const spliced = enveloped(cut, { id }, serialise(xml(name, own, ...children)));
        expect(spliced).to.equal(serialise(around({ id }, copy)));
        const both = enveloped(cut, { id, lang: "a&b" }, serialise(xml(name, own, ...children)));
        expect(both).to.equal(serialise(around({ id, lang: "a&b" }, copy)));
      }),
    );
  });

  it("makes only the sender's address bare", () => {
    fc.assert(
      fc.property(element, fc.option(text), ({ children, attrs }, resource) => {
        const whole = (from: string): WireText =>
          serialise(xml("message", { type: ' from="x/y"', ...attrs, from, id: "a/b" }, ...children));
        const address = "anna@example.org";
        expect(fromBare(whole(resource === null ? address : `${address}/${resource}`))).to.equal(
          whole(address),
        );
      }),
    );
    const without = serialise(xml("message", { id: "1" }, xml("x", { from: "a@b/c" })));
    expect(fromBare(without)).to.equal(without);
    const bare = serialise(xml("message", {}, xml("body", {}, "1/2"), xml("x", { id: "1" })));
    expect(fromBare(bare)).to.equal(bare);
  });
});
