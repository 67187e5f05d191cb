/**
 * Tells users who left a room on purpose from users who lost their connection. Servers send the same presence in both
 * cases (XEP-0045 §7.14), so the component pings the session: if it still answers, the user left on purpose, and
 * messages in the room no longer invite them.
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

/** A departure whose reason isn't known yet. */
interface Departure {
  readonly session: FullJid;
  /** The invitation for the first message sent meanwhile, sent if the connection was lost. */
  invitation?: DirectInvitation;
}

/**
 * Milliseconds until the ping, by which a session that logs out has ended. While it ends, its server may still deliver
 * stanzas to it that are never answered, and bounce them out of order.
 */
const ENDING_MS = 500;
/** Milliseconds after which a silent session counts as gone. */
const WAIT_MS = 10_000;

export class Departures implements DepartureWatch {
  /** By room and account. */
  readonly #undecided = new Map<string, Departure>();
  /** By session, as a session may leave many rooms at once: whether it still exists. */
  readonly #asked = new Map<string, Promise<boolean>>();
  /** Ids of probe messages that haven't bounced. */
  readonly #sent = new Set<string>();

  constructor(
    private readonly rooms: Pick<Rooms, "find">,
    private readonly transactions: Pick<Transactions, "run" | "commit">,
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly unqueued: Pick<UnqueuedWriter, "write">,
  ) {}

  /** Notes that an account's last session left, and finds out whether on purpose. */
  async left(room: Room, session: FullJid): Promise<void> {
    const key = keyOf(room, session.bare.text);
    const departure: Departure = { session };
    this.#undecided.set(key, departure);
    const isOnPurpose = await this.#isThere(room.jid, session);
    if (this.#undecided.get(key) !== departure) return;
    this.#undecided.delete(key);
    await this.#decide(room, departure, isOnPurpose);
  }

  /** Holds an invitation back until the reason of a departure is known. @returns false if no departure is undecided */
  holdBack(room: Room, account: string, invitation: DirectInvitation): boolean {
    const departure = this.#undecided.get(keyOf(room, account));
    if (departure === undefined) return false;
    departure.invitation ??= invitation;
    return true;
  }

  /** Notes that a message bounced, which may be a probe. */
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
    // If the commit fails, the user is invited once more than necessary.
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
    // Clients without support for pings may answer with the same error as a server whose session is gone. No client
    // answers a message, and every server bounces one, before the ping that follows it.
    const id = `left-${randomUUID()}`;
    this.#sent.add(id);
    const message = { from: room.text, to: session.text, type: "groupchat", id };
    this.unqueued.write(serialise(xml("message", message, xml("no-store", NS.hints))));
    const isSilent = (await this.#pingFails(room, session)) === true;
    return this.#sent.delete(id) && !isSilent;
  }

  /** Whether the session is gone; "perhaps" if the error may come from a client. */
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
