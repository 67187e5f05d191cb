/** Questions from one occupant to another: whom they reach, and what is said where there is no answer. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../../component/address.js";
import type { IqAnswer, IqRequest } from "../../../../component/iq-requests.js";
import type { RoomContext } from "../../../../component/muc/context.js";
import { relay } from "../../../../component/muc/relay/iqs.js";
import { refuseLength } from "../../../../component/muc/relay/length.js";
import { ping } from "../../../../component/muc/relay/self-ping.js";
import type { RoomView } from "../../../../component/muc/room/room-view.js";
import { replied, type Inbound } from "../../../../component/router.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { StanzaTooLarge } from "../../../../component/xml/wire-text.js";
import { read } from "../told.js";

const jid = (text: string): Jid => Jid.parse(text)!;
const ROOM = jid("coven@r") as AccountJid;

describe("A question to an occupant", () => {
  let answer: IqAnswer;
  let asked: IqRequest[] = [];
  let replies: (string | undefined)[] = [];
  /** How often what somebody reads was looked at, and what refuses them. */
  let looks = 0;
  let [isSpent, hasBudget, allowQueries, isThere] = [false, true, true, true];

  const occupant = (nick: string, account: string, ...sessions: string[]) => ({
    ...{ nick: { text: nick, key: nick }, jid: jid(`coven@r/${nick}`), account: jid(account) },
    sessions: new Map(sessions.map((session) => [session, { jid: jid(session) }])),
  });
  const hag = occupant("hag", "hag@h", "hag@h/pda", "hag@h/phone");
  const crone = occupant("crone", "crone@h", "crone@h/1");
  const gone = occupant("gone", "gone@h");
  const room = {
    ...{ jid: ROOM, occupants: new Map([hag, crone, gone].map((one) => [one.nick.key, one])) },
    sessions: new Map(
      [hag, crone].flatMap((one) => [...one.sessions.keys()].map((session) => [session, one])),
    ),
    get options() {
      return { allowQueries };
    },
  };
  const context = {
    rooms: { find: () => (isThere ? room : undefined) },
    budgets: { questions: { consume: () => hasBudget } },
    requests: { ask: (request: IqRequest) => (asked.push(request), Promise.resolve(answer)) },
    reading: {
      refuseSpent: () => {
        looks += 1;
        if (isSpent) throw new StanzaError("wait", "resource-constraint");
      },
      reply: (_: unknown, payload: Element | undefined) => replies.push(payload?.toString()),
    },
  } as unknown as RoomContext;

  beforeEach(() => {
    answer = { kind: "result", payload: undefined };
    [asked, replies, looks] = [[], [], 0];
    [isSpent, hasBudget, allowQueries, isThere] = [false, true, true, true];
  });

  const inbound = (payload: string, to: string, from: string, type: string): Inbound<"occupant"> => {
    const stanza = xml("iq", { type }, read(payload));
    const target = { kind: "occupant", room: ROOM, jid: jid(`coven@r/${to}`) };
    return {
      stanza,
      payload: stanza.getChildElements()[0],
      from: jid(from),
      to: target,
    } as unknown as Inbound<"occupant">;
  };
  const outcome = async (work: () => Promise<unknown>): Promise<unknown> => {
    try {
      return (await work()) === replied ? "replied" : "nothing";
    } catch (error) {
      return error instanceof StanzaError ? `${error.type}/${error.condition}` : error;
    }
  };
  const VERSION = '<query xmlns="jabber:iq:version"/>';
  const asks = (payload = VERSION, to = "hag", from = "crone@h/1", type = "get"): Promise<unknown> =>
    outcome(() => relay(context, inbound(payload, to, from, type)));

  it("reaches the last of their sessions, from the asker's address in the room, and comes back", async () => {
    answer = { kind: "result", payload: read('<query xmlns="jabber:iq:version"><name>Broom</name></query>') };
    expect(await asks()).to.equal("replied");
    expect(asked[0]).to.include({ type: "get", owner: "crone@h" });
    expect([asked[0]?.from?.text, asked[0]?.to.text]).to.deep.equal(["coven@r/crone", "hag@h/phone"]);
    expect(asked[0]?.payload.toString()).to.equal(VERSION);
    expect(replies[0]).to.contain("<name>Broom</name>");
    expect(looks, "before it is asked, and before it is answered").to.equal(2);
    expect(await asks(VERSION, "hag", "crone@h/1", "set")).to.equal("replied");
    expect([asked[1]?.type, replies.length]).to.deep.equal(["set", 1 + 1]);
  });

  it("reaches their account where it is for a vCard, or for what somebody publishes", async () => {
    for (const ns of ["vcard-temp", "http://jabber.org/protocol/pubsub"]) await asks(`<x xmlns="${ns}"/>`);
    expect(asked.map(({ to }) => to.text)).to.deep.equal(["hag@h", "hag@h"]);
    expect(replies).to.deep.equal([undefined, undefined]);
  });

  it("isn't asked from outside, of nobody, without a room, too often, or by who has read too much", async () => {
    expect(await asks(VERSION, "hag", "stranger@h/1")).to.equal("modify/not-acceptable");
    for (const nobody of ["nobody", "gone"])
      expect(await asks(VERSION, nobody)).to.equal("cancel/item-not-found");
    hasBudget = false;
    expect(await asks()).to.equal("wait/resource-constraint");
    [hasBudget, isSpent] = [true, true];
    expect(await asks()).to.equal("wait/resource-constraint");
    [isSpent, isThere] = [false, false];
    expect(await asks()).to.equal("cancel/item-not-found");
    expect(asked).to.deep.equal([]);
  });

  it("isn't asked of others where the room spares them that, but for their vCards", async () => {
    allowQueries = false;
    expect(await asks()).to.equal("cancel/not-allowed");
    expect(await asks('<vCard xmlns="vcard-temp"/>')).to.equal("replied");
    expect(await asks(VERSION, "crone"), "of oneself").to.equal("replied");
  });

  it("comes back as the error that it met, of the type that goes with it", async () => {
    const conditions = {
      ...{ "bad-request": "modify", "jid-malformed": "modify", "not-acceptable": "modify" },
      ...{ forbidden: "auth", "not-authorized": "auth", "service-unavailable": "cancel" },
    };
    for (const [condition, type] of Object.entries(conditions)) {
      answer = { kind: "error", condition };
      expect(await asks()).to.equal(`${type}/${condition}`);
    }
    answer = { kind: "silence" };
    expect(await asks()).to.equal("wait/remote-server-timeout");
    answer = { kind: "unasked" };
    expect(await asks()).to.equal("wait/resource-constraint");
    const fault = new StanzaTooLarge(5, 4);
    answer = { kind: "refused", fault };
    expect(await asks()).to.equal(fault);
    answer = { kind: "result", payload: xml("query", { xmlns: "jabber:iq:version", "xml:evil": "1" }) };
    expect(await asks(), "what can't be passed on").to.equal("modify/bad-request");
    expect(replies).to.deep.equal([]);
  });

  it("to oneself is a ping that the room answers by itself; to others it is asked", async () => {
    const pings = (to: string, from = "crone@h/1"): Promise<unknown> =>
      outcome(() => ping(context, inbound('<ping xmlns="urn:xmpp:ping"/>', to, from, "get")));
    expect([await pings("crone"), asked.length]).to.deep.equal(["nothing", 0]);
    expect([await pings("hag"), asked.length]).to.deep.equal(["replied", 1]);
    expect(await pings("crone", "stranger@h/1")).to.equal("cancel/not-acceptable");
    isThere = false;
    expect(await pings("crone")).to.equal("cancel/not-acceptable");
  });
});

describe("A message's length", () => {
  it("is counted in bytes", () => {
    const at = (most: number) => () => refuseLength({ jid: ROOM } as unknown as RoomView, "é€", most);
    expect(at(5)).not.to.throw();
    expect(at(4)).to.throw(StanzaError, "more than 4 bytes");
  });
});
