import { expect } from "chai";
import { DomainAliases } from "../../../component/addresses/domain-aliases.js";
import { Jid } from "../../../component/addresses/address.js";
import { AddressResolver } from "../../../component/operations/address-resolver.js";
import { Errcode, Refusal } from "../../../component/refusal.js";

const XMPP = {
  ...{ domain: "rooms.x.test", hosts: ["x.test", "y.test"], host_aliases: { "old.test": "y.test" } },
  ...{ foreign_senders: false, send_as_users: "auto" },
};

describe("Addresses in calls", () => {
  const aliases = new DomainAliases({ xmpp: XMPP, rooms: { aliases: ["rooms.old.test"] } });
  const closed = new AddressResolver(aliases, false, (local) => local === "bot");
  const open = new AddressResolver(aliases, true);
  const text = (found: Jid | Refusal): string => (found instanceof Refusal ? found.message : found.text);

  it("have the first host by default, or the one that is given, and aliases are resolved", () => {
    expect(text(closed.address("ann", "To"))).to.equal("ann@x.test");
    expect(text(closed.address("ann", "To", "z.test"))).to.equal("ann@z.test");
    expect(text(closed.address("ann@old.test/pda", "To"))).to.equal("ann@y.test/pda");
    expect(text(closed.address("a@b@c", "To"))).to.equal(
      'To: "a@b@c" is not an address; expected id or id@host',
    );
    expect(closed.attribute("ann@old.test")).to.equal("ann@y.test");
    expect(closed.attribute("no address")).to.equal("no address");
  });

  it("of accounts have an id; the session doesn't count", () => {
    expect(text(closed.account("ann@z.test/pda", "users[0]"))).to.equal("ann@z.test");
    expect(text(closed.account("@x.test", "user"))).to.match(/^user: /);
    const own = closed.servedAccount("ann@old.test", "user");
    expect(text(own)).to.equal("ann@y.test");
    expect(text(closed.servedAccount("ann", "user", "y.test"))).to.equal("ann@y.test");
    const foreign = closed.servedAccount("ann@z.test", "user");
    expect(foreign).to.deep.include({ errcode: Errcode.notFound });
    expect(text(foreign)).to.equal('user: the host "z.test" is not served here; expected x.test or y.test');
    expect([closed.isServed("y.test"), closed.isServed("z.test")]).to.deep.equal([true, false]);
  });

  it("of senders are those of served hosts, or of all but the component's if that is allowed", () => {
    expect(text(closed.sender("ann@y.test/pda", "From"))).to.equal("ann@y.test/pda");
    const foreign = closed.sender("ann@z.test", "From");
    expect(foreign).to.deep.include({ errcode: Errcode.forbidden });
    expect(text(foreign)).to.equal(
      'From: "ann@z.test" is not a user of the hosts served here (x.test, y.test)',
    );
    expect(text(open.sender("ann@z.test", "From"))).to.equal("ann@z.test");
    expect(open.sender("room@rooms.x.test", "From")).to.be.instanceOf(Refusal);
    expect(closed.sender("a@b@c", "From")).to.be.instanceOf(Refusal);
  });

  it("of rooms are the component's, by each of its names, but for bots'", () => {
    const room = (address: string, of = closed): string | undefined => of.roomAt(Jid.parse(address)!)?.text;
    expect([
      room("coven@rooms.x.test"),
      room("coven@rooms.old.test"),
      room("coven@rooms.x.test/nick"),
    ]).to.deep.equal(["coven@rooms.x.test", "coven@rooms.x.test", "coven@rooms.x.test"]);
    expect([room("rooms.x.test"), room("coven@x.test"), room("bot@rooms.x.test")]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(room("bot@rooms.x.test", open)).to.equal("bot@rooms.x.test");
    expect(closed.roomDomains).to.deep.equal(["rooms.x.test", "rooms.old.test"]);
  });
});
