/** What hosts permit the component (XEP-0356). */
import { expect } from "chai";
import { Permissions } from "../../../component/privilege/permissions.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";

const [DOMAIN, HOST, OTHER] = ["chat.x.test", "x.test", "y.test"];

describe("A host's permissions", () => {
  let permissions: Permissions;
  beforeEach(() => (permissions = new Permissions(DOMAIN, [HOST, OTHER])));

  const perm = (access: string, type: string, ...children: Element[]): Element =>
    xml("perm", { access, type }, ...children);
  const gets = (ns: string, type: string): Element => xml("namespace", { ns, type });
  const word = (attrs: Record<string, string>, ...perms: Element[]): Element =>
    xml("message", { from: HOST, to: DOMAIN, ...attrs }, xml("privilege", NS.privilege, ...perms));

  it("are for outgoing messages alone, and replace the former ones", () => {
    expect(permissions.consume(word({}, perm("roster", "both"), perm("message", "outgoing")))).to.equal(HOST);
    expect([permissions.maySend(HOST), permissions.maySend(OTHER)]).to.deep.equal([true, false]);
    for (const others of [[perm("message", "none")], [perm("presence", "outgoing")], []]) {
      permissions.consume(word({}, ...others));
      expect([permissions.isKnown(HOST), permissions.maySend(HOST)]).to.deep.equal([true, false]);
    }
    expect(permissions.isKnown(OTHER)).to.equal(false);
  });

  it("are for requests by namespace, for getting or both", () => {
    permissions.consume(
      word(
        {},
        perm("iq", "", gets("a", "get"), gets("b", "set"), gets("c", "both")),
        perm("message", "outgoing"),
      ),
    );
    const may = (host = HOST): boolean[] => ["a", "b", "c", "d"].map((ns) => permissions.mayGet(host, ns));
    expect([may(), may(OTHER)]).to.deep.equal([
      [true, false, true, false],
      [false, false, false, false],
    ]);
    permissions.revoke(HOST);
    expect([permissions.maySend(HOST), may()[0]], "the message was refused, not the request").to.deep.equal([
      false,
      true,
    ]);
    permissions.consume(word({}, perm("other", "", gets("d", "get"))));
    expect(may()).to.deep.equal([false, false, false, false]);
    permissions.revoke(OTHER);
    expect([permissions.isKnown(OTHER), may(OTHER)[0]]).to.deep.equal([true, false]);
  });

  it("come from a host, in a message to the component, and are forgotten with the stream", () => {
    const outgoing = perm("message", "outgoing");
    for (const attrs of [{ from: "z.test" }, { to: `room@${DOMAIN}` }, { type: "error" }])
      expect(permissions.consume(word(attrs, outgoing)), JSON.stringify(attrs)).to.equal(undefined);
    const iq = xml("iq", { from: HOST, to: DOMAIN }, xml("privilege", NS.privilege, outgoing));
    expect(permissions.consume(iq)).to.equal(undefined);
    expect(permissions.consume(xml("message", { from: HOST, to: DOMAIN }, xml("body")))).to.equal(undefined);
    expect(permissions.isKnown(HOST)).to.equal(false);
    permissions.consume(word({}, outgoing));
    permissions.clear();
    expect([permissions.isKnown(HOST), permissions.maySend(HOST)]).to.deep.equal([false, false]);
  });
});
