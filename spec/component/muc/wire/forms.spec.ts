/** Forms, pages, presences and texts, as they are written and read. */
import { expect } from "chai";
import type { FullJid } from "../../../../component/address.js";
import { Jid, type BareJid } from "../../../../component/address.js";
import type { Occupant } from "../../../../component/muc/room/occupant.js";
import { readBoolean } from "../../../../component/room-option-kinds.js";
import {
  fieldElement,
  formElement,
  formIn,
  readAnyForm,
  readForm,
} from "../../../../component/muc/wire/data-form.js";
import { listed, type ListItem } from "../../../../component/muc/wire/lists.js";
import { attributesOf, namespaceOf, passedOn, passOn } from "../../../../component/muc/wire/payload.js";
import { presenceText, type Shape, type View } from "../../../../component/muc/wire/presence-stanza.js";
import { pageElement, readPage } from "../../../../component/muc/wire/result-set.js";
import { cut } from "../../../../component/muc/wire/text.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import { NS, xml, type Element } from "../../../../component/xml/builder.js";
import { serialise } from "../../../../component/xml/serialise.js";
import { itemOf, read } from "../told.js";

const RSM = "http://jabber.org/protocol/rsm";

describe("A form (XEP-0004)", () => {
  const form = (inside: string, type = "submit"): Element =>
    read(`<x xmlns="${NS.data}" type="${type}">${inside}</x>`);
  const field = (name: string, ...values: string[]): string =>
    `<field var="${name}">${values.map((value) => `<value>${value}</value>`).join("")}</field>`;
  const TYPE = field("FORM_TYPE", "urn:form");
  const given = (inside: string, type?: string) => {
    const submitted = readForm(form(inside, type), "urn:form");
    return submitted && [submitted.type, Object.fromEntries(submitted.fields)];
  };

  it("is read with all its fields, without its type", () => {
    expect(given(TYPE + field("a", "1", "2") + field("b"))).to.deep.equal([
      "submit",
      { a: ["1", "2"], b: [] },
    ]);
    expect(given("")).to.deep.equal(["submit", {}]);
    expect(given(field("a"), "cancel")).to.deep.equal(["cancel", {}]);
  });

  it("isn't read where it is none, another, or malformed", () => {
    const twice = field("a") + field("a");
    for (const wrong of [field("a"), field("FORM_TYPE", "urn:other"), TYPE + twice, `${TYPE}<field/>`])
      expect(given(wrong), wrong).to.equal(undefined);
    expect(given(TYPE, "result")).to.equal(undefined);
    expect([formIn(xml("query")), formIn(xml("query", {}, form("")))?.name]).to.deep.equal([undefined, "x"]);
  });

  it("has two hundred fields at most, and ten thousand values", () => {
    const fields = (count: number): string =>
      Array.from({ length: count }, (_, at) => field(`a${at}`)).join("");
    expect(given(TYPE + fields(199))).not.to.equal(undefined);
    expect(given(TYPE + fields(200))).to.equal(undefined);
    const values = (count: number): Element => {
      const all = Array.from({ length: count }, () => xml("value", {}, "1"));
      return xml("x", { xmlns: NS.data, type: "submit" }, read(TYPE), xml("field", { var: "a" }, ...all));
    };
    expect(readForm(values(9_999), "urn:form")).not.to.equal(undefined);
    expect(readForm(values(10_000), "urn:form")).to.equal(undefined);
  });

  it("is read whatever it is where that is wanted, without the texts among its fields", () => {
    const all = readAnyForm(form(`<field type="fixed"><value>Hi</value></field>${field("a", "1")}`));
    expect([...(all?.fields ?? [])]).to.deep.equal([["a", ["1"]]]);
    expect(readAnyForm(form(field("a") + field("a")))).to.equal(undefined);
  });

  it("says what is true and false in two ways each", () => {
    expect(["1", "true", "0", "false", "yes", undefined].map(readBoolean)).to.deep.equal([
      ...[true, true, false, false, undefined, undefined],
    ]);
  });

  it("is shown with what people read, and with what may be chosen", () => {
    const shown = formElement("form", "urn:form", [{ name: "a", type: "boolean", values: ["1"] }], {
      title: "T",
      instructions: "I",
    });
    expect([shown.getChildText("title"), shown.getChildText("instructions")]).to.deep.equal(["T", "I"]);
    expect(shown.getChildren("field").map(({ attrs }) => [attrs.var, attrs.type])).to.deep.equal([
      ...[
        ["FORM_TYPE", "hidden"],
        ["a", "boolean"],
      ],
    ]);
    expect(shown.getChild("field")?.getChildText("value")).to.equal("urn:form");
    expect(formElement("result", undefined, []).children).to.deep.equal([]);
    const choices = [{ value: "1", label: "One" }];
    const open = fieldElement({
      name: "a",
      type: "list-single",
      values: [],
      isOpen: true,
      isRequired: true,
      choices,
    }).toString();
    expect(open)
      .to.contain("<validate")
      .and.contain("<open")
      .and.contain("<required")
      .and.contain('<option label="One"><value>1<');
    const plain = fieldElement({ name: "a", type: "list-single", values: ["1"] }).toString();
    expect(plain).to.equal('<field var="a" type="list-single"><value>1</value></field>');
  });
});

describe("A page of a long list (XEP-0059)", () => {
  const ask = (inside: string) => readPage(read(`<query><set xmlns="${RSM}">${inside}</set></query>`));

  it("is asked for with a size, and what it follows or precedes", () => {
    expect(ask("<max>10</max><after>a</after>")).to.deep.equal({ max: 10, after: "a", before: undefined });
    expect(ask("<before>b</before>")).to.deep.equal({ max: undefined, after: undefined, before: "b" });
    expect(ask("<before/>")?.before).to.equal("");
    expect(readPage(xml("query"))).to.deep.equal({ max: undefined, after: undefined, before: undefined });
    for (const wrong of ["-1", "many", "1234567890"]) expect(ask(`<max>${wrong}</max>`)).to.equal(undefined);
  });

  it("tells what it has, and how much there is, as far as that is known", () => {
    const told = (element: Element): string => element.toString().replace(` xmlns="${RSM}"`, "");
    expect(told(pageElement(["a", "b", "c"], 9, 3))).to.equal(
      '<set><first index="3">a</first><last>c</last><count>9</count></set>',
    );
    expect(told(pageElement(["a"]))).to.equal("<set><first>a</first><last>a</last></set>");
    expect(told(pageElement([], 0))).to.equal("<set><count>0</count></set>");
  });

  const items = (count: number): ListItem[] =>
    Array.from({ length: count }, (_, at) => ({ id: `i${at}`, item: xml("item", { at: String(at) }) }));
  const page = (inside: string, count = 10, bytes = 1e6): string => {
    const all = listed(read(`<query><set xmlns="${RSM}">${inside}</set></query>`), items(count), bytes);
    const set = all.at(-1);
    return `${all
      .slice(0, -1)
      .map(({ attrs }) => attrs.at)
      .join()} at ${set?.getChild("first")?.attrs.index}`;
  };

  it("lies between what it follows and what it precedes", () => {
    expect(page("<after>i2</after><before>i7</before>")).to.equal("3,4,5,6 at 3");
    expect(page("<after>i2</after><before>i7</before><max>2</max>")).to.equal("5,6 at 5");
    expect(page("<after>i2</after><max>2</max>")).to.equal("3,4 at 3");
    expect(page("<before/><max>3</max>")).to.equal("7,8,9 at 7");
    expect(page("<before/><max>0</max>")).to.equal(" at undefined");
    expect(page("<after>i9</after>")).to.equal(" at undefined");
    expect(page("<before>i0</before>")).to.equal(" at undefined");
    for (const asked of ["<after>i10</after>", "<before>x</before>"])
      expect(() => page(asked))
        .to.throw(StanzaError)
        .with.property("condition", "item-not-found");
    expect(() => page("<max>x</max>"))
      .to.throw(StanzaError)
      .with.property("condition", "bad-request");
  });

  it("is a thousand at most, and of what doesn't fit those next to where it is continued", () => {
    expect(page("", 1_200).split(",")).to.have.length(1_000);
    const one = Buffer.byteLength(items(1)[0]!.item.toString());
    const around = 16 * 1024;
    expect(page("", 10, around + 3 * one)).to.equal("0,1,2 at 0");
    expect(page("<before/>", 10, around + 3 * one)).to.equal("7,8,9 at 7");
  });
});

describe("An occupant's presence", () => {
  const occupant = {
    jid: Jid.parse("coven@r/hag") as FullJid,
    account: Jid.parse("hag@h") as BareJid,
    id: "an-id",
    hats: xml("hats", "urn:xmpp:hats:0"),
    sessions: new Map([
      ["hag@h/pda", {}],
      ["hag@h/phone", {}],
    ]),
  } as unknown as Occupant;
  const shape: Shape = {
    children: serialise(xml("show", {}, "away")),
    affiliation: "owner",
    role: "moderator",
  };
  const presenceStanza = (who: Occupant, how: Shape, view: View): Element =>
    read(presenceText(who, how, view));
  const codes = (stanza: Element): string =>
    (stanza.getChild("x")?.getChildren("status") ?? []).map(({ attrs }) => attrs.code).join();

  it("has the address of their last session for those who may see that, and for themselves", () => {
    const [open, hidden, own] = (["open", "hidden", "own"] as const).map((view) =>
      presenceStanza(occupant, shape, view),
    );
    expect([open, hidden, own].map((stanza) => itemOf(stanza).jid)).to.deep.equal([
      "hag@h/phone",
      undefined,
      "hag@h/phone",
    ]);
    expect(itemOf(presenceStanza(occupant, { ...shape, real: "hag@h/pda" }, "own")).jid).to.equal(
      "hag@h/pda",
    );
    const gone = { ...occupant, sessions: new Map() } as unknown as Occupant;
    expect(itemOf(presenceStanza(gone, shape, "open")).jid).to.equal("hag@h");
    expect(open?.toString()).to.contain("an-id").and.to.contain("<show>away</show>").and.to.contain("<hats");
  });

  it("has codes for everybody, and others for themselves, 110 last", () => {
    const both: Shape = { ...shape, codes: [303], ownCodes: [210], id: "p1", newNick: "queen" };
    const [open, own] = [presenceStanza(occupant, both, "open"), presenceStanza(occupant, both, "own")];
    expect([codes(open), codes(own)]).to.deep.equal(["303", "303,210,110"]);
    expect([open.attrs.id, own.attrs.id, itemOf(open).nick]).to.deep.equal([undefined, "p1", "queen"]);
    expect(codes(presenceStanza(occupant, shape, "own"))).to.equal("110");
  });

  it("says who did it, and why, with the address for those who may see it", () => {
    const did = (cause: Shape["cause"], view: "open" | "hidden" = "open"): string =>
      String(
        presenceStanza(occupant, { ...shape, type: "unavailable", cause }, view)
          .getChild("x")
          ?.getChild("item")
          ?.children.join(""),
      );
    const jid = Jid.parse("crone@h") as BareJid;
    expect(did({ nick: "crone", jid, reason: "so" })).to.equal(
      '<actor nick="crone" jid="crone@h"/><reason>so</reason>',
    );
    expect(did({ nick: "crone", jid }, "hidden")).to.equal('<actor nick="crone"/>');
    expect([did({ jid }, "hidden"), did({ jid }), did({}), did(undefined)]).to.deep.equal([
      "",
      '<actor jid="crone@h"/>',
      "",
      "",
    ]);
  });

  it("shows no hats of somebody who is gone", () => {
    expect(presenceStanza(occupant, { ...shape, type: "unavailable" }, "open").toString()).not.to.contain(
      "<hats",
    );
  });
});

describe("What comes from outside", () => {
  it("is cut to a length, and never in the middle of a character", () => {
    expect([cut("abc", 3), cut("abcd", 3), cut("ab😀", 3), cut("a😀b", 3)]).to.deep.equal([
      "abc",
      "abc",
      "ab",
      "a😀",
    ]);
  });

  it("keeps the attributes that mean something elsewhere, and that everybody can read", () => {
    const attrs = {
      xmlns: "jabber:client",
      id: "m",
      "xml:lang": "en",
      "a:b": "1",
      "1x": "2",
      client_ver: "3",
    };
    expect(attributesOf(xml("message", attrs))).to.deep.equal({ id: "m", "xml:lang": "en", client_ver: "3" });
  });

  it("has the stanza's own namespace, or one that is declared", () => {
    const stanza = read('<message xmlns="jabber:client"><body/><x xmlns="urn:x"/></message>');
    expect(stanza.getChildElements().map(namespaceOf)).to.deep.equal(["", "urn:x"]);
  });

  it("can be passed on without what is around it", () => {
    const iq = read('<iq xmlns:p="urn:p"><p:query p:a="1"/></iq>');
    expect(passOn(iq.getChildElements()[0]!).toString()).to.contain('xmlns="urn:p"');
    expect(() => passOn(xml("query", {}, "\u0001"))).to.throw(StanzaError);
    expect(() => passedOn(xml("message", {}, xml("p:undeclared")))).to.throw(StanzaError);
    expect(passOn(xml("query", "urn:alone")).toString()).to.equal('<query xmlns="urn:alone"/>');
  });

  it("isn't passed on with a character that XML forbids, wherever that is", () => {
    const bad = "\u0001";
    for (const child of [xml("a", {}, bad), xml("a", { b: bad }), xml("a", {}, xml("b", {}, bad))])
      expect(() => passedOn(xml("message", {}, child))).to.throw(StanzaError, "a character that XML forbids");
    expect(() => passedOn(xml("message", { id: bad }, xml("a")))).to.throw(StanzaError);
  });
});
