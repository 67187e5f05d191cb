/**
 * Whether somebody who left a room meant to. Servers tell of it in the same words when a client leaves, logs out or
 * loses its connection (XEP-0045 §7.14), so the session is asked: one that still answers left the room on purpose,
 * and nothing that is said there invites them back; one that is gone just isn't there.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FullJid, Jid } from "../../../address.js";
import type { IqRequests } from "../../../iq-requests.js";
import type { UnqueuedWriter } from "../../../link/unqueued-writer.js";
import { NS, xml } from "../../../xml/builder.js";
import { serialise } from "../../../xml/serialise.js";
import type { DepartureWatch, DirectInvitation } from "../../context.js";
import type { Room } from "../../room/room.js";
import type { Rooms } from "../../rooms.js";
import type { Transactions } from "../../transactions.js";
import { inviteDirectly } from "../invitations/direct.js";
import { saysGone } from "../../wire/errors.js";

/** Somebody who just left, of whom it isn't known yet. */
interface Departure {
  readonly session: FullJid;
  /** What invites them if they didn't mean to leave: the first that was said meanwhile. */
  invitation?: DirectInvitation;
}

/**
 * Milliseconds until a session is asked: one that logs out has ended by then. While it ends, its server may hand it
 * what it will never answer, and bounce that later than what came after it.
 */
const ENDING_MS = 500;
/** Milliseconds after which a session counts as gone that neither answers nor bounces. */
const WAIT_MS = 10_000;

export class Departures implements DepartureWatch {
  /** By room and account. */
  readonly #undecided = new Map<string, Departure>();
  /** By session, as somebody may leave many rooms at once: whether it is still there. */
  readonly #asked = new Map<string, Promise<boolean>>();
  /** The ids of messages that were sent to find out; those that come back are taken out. */
  readonly #sent = new Set<string>();

  constructor(
    private readonly rooms: Pick<Rooms, "find">,
    private readonly transactions: Pick<Transactions, "run" | "commit">,
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly unqueued: Pick<UnqueuedWriter, "write">,
  ) {}

  /** Takes note that an account left with its last session, and finds out whether it meant to. */
  async left(room: Room, session: FullJid): Promise<void> {
    const key = keyOf(room, session.bare.text);
    const departure: Departure = { session };
    this.#undecided.set(key, departure);
    const isOnPurpose = await this.#isThere(room.jid, session);
    if (this.#undecided.get(key) !== departure) return;
    this.#undecided.delete(key);
    await this.#decide(room, departure, isOnPurpose);
  }

  /** Keeps an invitation back until it is known whether somebody left on purpose; false where nobody wonders. */
  holdBack(room: Room, account: string, invitation: DirectInvitation): boolean {
    const departure = this.#undecided.get(keyOf(room, account));
    if (departure === undefined) return false;
    departure.invitation ??= invitation;
    return true;
  }

  /** A message came back; the id tells whether it was sent to find out. */
  bounced(id: string): void {
    this.#sent.delete(id);
  }

  async #decide({ jid }: Room, { session, invitation }: Departure, isOnPurpose: boolean): Promise<void> {
    const { rooms, transactions } = this;
    const room = rooms.find(jid);
    const account = session.bare.text;
    if (room?.isAbsentMember(account) !== true) return;
    const [transaction] = transactions.run(undefined, (transaction) => {
      if (isOnPurpose) room.stopInviting(transaction, [account]);
      else if (invitation !== undefined) inviteDirectly({ transaction, room }, invitation, [account]);
    });
    // Where it isn't stored, they are invited once more than they should be.
    if (!transaction.isEmpty) await transactions.commit(transaction);
  }

  #isThere(room: Jid, session: FullJid): Promise<boolean> {
    const known = this.#asked.get(session.text);
    if (known !== undefined) return known;
    const asked = this.#ask(room, session).finally(() => this.#asked.delete(session.text));
    this.#asked.set(session.text, asked);
    return asked;
  }

  async #ask(room: Jid, session: FullJid): Promise<boolean> {
    await sleep(ENDING_MS, undefined, { ref: false });
    const isGone = await this.#pingFails(room, session);
    if (isGone !== "perhaps") return !isGone;
    // Clients that know no pings may refuse them with the very error by which servers say that a session is gone.
    // No client answers a message, and every server bounces one, before the ping that follows it.
    const id = `left-${randomUUID()}`;
    this.#sent.add(id);
    const message = { from: room.text, to: session.text, type: "groupchat", id };
    this.unqueued.write(serialise(xml("message", message, xml("no-store", NS.hints))));
    const isSilent = (await this.#pingFails(room, session)) === true;
    return this.#sent.delete(id) && !isSilent;
  }

  /** Whether nobody is there; "perhaps" where the error may be a client's own. */
  async #pingFails(from: Jid, to: FullJid): Promise<boolean | "perhaps"> {
    const payload = xml("ping", NS.ping);
    const answer = await this.requests.ask({ type: "get", from, to, payload, timeout: WAIT_MS });
    if (answer.kind === "error") return saysGone(answer.condition) && "perhaps";
    return answer.kind !== "result";
  }
}

function keyOf({ jid }: Room, account: string): string {
  return `${jid.text} ${account}`;
}
