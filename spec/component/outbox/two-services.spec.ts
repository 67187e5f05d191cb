/** Two hosts, with a multicast service each, or one for both. */
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { Multicast } from "../../../component/outbox/multicast.js";
import { Outbox } from "../../../component/outbox/outbox.js";
import { DIRECT } from "../../support/send-modes.js";
import type { IqAnswer, IqRequest } from "../../../component/inbound/iq-requests.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { LogLines } from "../../support/log-lines.js";
import { ids, withOrigin } from "../../support/sender.js";
import type { Settled } from "../../../component/settled.js";
import { settledAnswer } from "../../support/settled-answer.js";
import { RecordingLink } from "./recording-link.js";

const DOMAIN = "rooms.test";

/** The hosts that are multicast services themselves. */
const offering = new Set<string>();
/** Responds to service discovery. */
const requests = {
  ask: ({ to, payload }: IqRequest): Settled<IqAnswer> => {
    const isOffer = payload.attrs.xmlns === NS.discoInfo && offering.has(to.text);
    const feature = isOffer ? xml("feature", { var: NS.address }) : undefined;
    return settledAnswer({ kind: "result", payload: xml("query", {}, feature) });
  },
};

describe("A room's message to a user of one multicast service", () => {
  let db: Database;
  let outbox: Outbox;
  let link: RecordingLink;

  beforeEach(async () => {
    db = openDatabase(":memory:");
    link = new RecordingLink(DOMAIN);
    const { logger: log } = new LogLines();
    const metrics = new Metrics();
    const acks = new AckRequests(DOMAIN, "a.test");
    const hosts = ["a.test", "b.test"];
    const stanzaBytes = 256 * 1024;
    const multicast = new Multicast({ domain: DOMAIN, hosts, requests, acks, stanzaBytes, log, metrics });
    const [store, deadLetters, commit] = [new OutboxStore(db), new DeadLetters(db), new GroupCommit(db)];
    const bounds = { maxStanzas: 1_000, maxBytes: 1_000_000, confirmTimeout: 1e9 };
    const parts = { link, stanzaBytes, acks, modes: DIRECT, hosts: ["a.test"], multicast };
    const options = { ...bounds, keep: { ms: 0, bytes: 0 } };
    outbox = new Outbox({ ...parts, store, deadLetters, commit, log, metrics }, options);
    await connect("a.test", "b.test");
  });
  afterEach(() => {
    outbox.stop();
    db.close();
  });

  /** The ids of the ack requests that were written to this address. */
  const ackRequestsTo = (to: string): string[] => {
    const request = new RegExp(`<message to="${to}" from="${DOMAIN}" id="(ack-[^"]+)"`, "g");
    return [...link.text.matchAll(request)].map(([, id = ""]) => id);
  };
  const ack = (id = ""): void => void outbox.consume(xml("message", { to: DOMAIN, from: DOMAIN, id }));
  const connect = async (...services: readonly string[]): Promise<void> => {
    offering.clear();
    for (const service of services) offering.add(service);
    link.emit("down", { cause: "network", text: "ECONNRESET" });
    link.text = "";
    link.emit("up");
    ack(ackRequestsTo(DOMAIN).at(-1));
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  const send = async (id: string): Promise<void> => {
    const stanza = serialise(
      xml("message", { from: `room@${DOMAIN}/nick`, id, type: "groupchat" }, xml("body")),
    );
    const recipients = ids("user", 6).map((user) => `${user}@b.test/r`);
    void outbox.accept({ rows: [withOrigin({ stanza, recipients, acceptedAt: Date.now() })] });
    for (let turns = 0; turns < 5; turns++) await turn();
  };

  it("isn't overtaken by the next one if another service refuses a stanza", async () => {
    ack(ackRequestsTo("b.test")[0]);
    await send("first");
    const error = xml("error", { type: "auth" }, xml("forbidden", NS.stanzas));
    const id = ackRequestsTo("a.test")[0];
    expect(outbox.consume(xml("message", { type: "error", from: "a.test", to: DOMAIN, id }, error))).to.equal(
      true,
    );
    await send("second");
    const toUser = [...link.text.matchAll(/to="user-1@b\.test\/r"[^>]* id="(\w+)"/g)].map(([, one]) => one);
    expect(toUser).to.deep.equal(["first", "second"]);
  });

  it("goes through another host's service if the user's host has none", async () => {
    await connect("a.test");
    for (const id of ackRequestsTo("a.test")) ack(id);
    await send("first");
    expect(link.text).to.match(/<message[^>]* to="a\.test"[^>]* id="first"/);
    expect(link.text).to.not.match(/to="user-1@b\.test/);
  });
});
