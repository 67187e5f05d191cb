/** The list of a service's rooms: whole, or by pages, as much of it as fits into one answer. */
import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import type { RoomContext } from "../../../../component/muc/context.js";
import { listRooms } from "../../../../component/muc/discovery/service-list.js";
import type { Inbound } from "../../../../component/router.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import { read } from "../told.js";

const RSM = "http://jabber.org/protocol/rsm";
/** Bytes of an answer that aren't its items. */
const AROUND = 16 * 1024;

describe("The list of rooms", () => {
  let names: string[] = [];
  /** What is read of the database: after or before which name, and how many. */
  const reads: string[] = [];
  const rooms = {
    countListed: () => names.length,
    listedAfter: (name: string, count: number) => {
      reads.push(`after ${name} ${count}`);
      const all = names.filter((one) => one > name).slice(0, count);
      return all.map((one) => ({ name: one, options: '{"name":"Room"}' }));
    },
    listedBefore: (name: string | undefined, count: number) => {
      reads.push(`before ${name} ${count}`);
      const all = names.filter((one) => name === undefined || one < name).slice(-count);
      return all.map((one) => ({ name: one, options: "{}" }));
    },
  };
  beforeEach(() => {
    names = ["a", "b", "c", "d", "e"];
    reads.length = 0;
  });
  const list = (inside?: string, bytes = 1e6) => {
    const context = { stores: { rooms }, config: roomsConfig.parse({}), domain: "r", stanzaBytes: bytes };
    const set = inside === undefined ? "" : `<set xmlns="${RSM}">${inside}</set>`;
    const inbound = { payload: read(`<query>${set}</query>`) };
    const answer = listRooms(context as unknown as RoomContext, inbound as unknown as Inbound<"service">);
    const page = answer.getChild("set", RSM);
    const told = ["first", "last", "count"].map((name) => page?.getChildText(name) ?? undefined);
    return [
      answer
        .getChildren("item")
        .map(({ attrs }) => attrs.jid?.split("@")[0])
        .join(""),
      ...(page ? told : []),
    ];
  };
  const one = Buffer.byteLength('<item jid="a@r" name="Room"/>');

  it("is whole where it fits and no page is asked for; a page says so", () => {
    expect(list()).to.deep.equal(["abcde"]);
    expect(list("")).to.deep.equal(["abcde", "a@r", "e@r", "5"]);
    expect(list("<max>2</max>")).to.deep.equal(["ab", "a@r", "b@r", "5"]);
    expect(list("<max>2</max><after>b@r</after>")).to.deep.equal(["cd", "c@r", "d@r", "5"]);
    expect(list("<max>2</max><before/>")).to.deep.equal(["de", "d@r", "e@r", "5"]);
    expect(list("<before>c@r</before>")).to.deep.equal(["ab", "a@r", "b@r", "5"]);
  });

  it("has as much as fits, next to where it is continued, and says that there is more", () => {
    expect(list(undefined, AROUND + 2 * one)).to.deep.equal(["ab", "a@r", "b@r", "5"]);
    expect(list("<before/>", AROUND + 2 * one)).to.deep.equal(["de", "d@r", "e@r", "5"]);
  });

  it("is only counted where no rooms are wanted, and read by a thousand at most", () => {
    expect(list("<max>0</max>")).to.deep.equal(["", undefined, undefined, "5"]);
    expect(reads).to.deep.equal([]);
    list("<max>5000</max>");
    list();
    list("<max>3</max><after>not an address@@</after>");
    expect(reads).to.deep.equal(["after  1000", "after  1000", "after  3"]);
  });

  it("leaves out what has no address", () => {
    names = ["a", "b b", "c"];
    expect(list("")[0]).to.equal("ac");
  });

  it("isn't given where it isn't clear what is wanted", () => {
    for (const wrong of ["<max>x</max>", "<after>a@r</after><before>c@r</before>"])
      expect(() => list(wrong))
        .to.throw(StanzaError)
        .with.property("condition", "bad-request");
  });
});
