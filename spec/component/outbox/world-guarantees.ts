/** Compares what a world's server got with what the calls asked for. */
import type { FakeLink } from "../../support/fake-link.js";
import { copyOf } from "../../support/on-wire.js";
import type { Wanted } from "./world-calls.js";

/** What happened in a world until its outbox was empty. Stanzas are named by their keys (on-wire.ts). */
export interface History {
  /** The accepted stanzas, in the order in which they were accepted. */
  readonly accepted: readonly Wanted[];
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** The stanzas that are dead letters, or were when an operator dropped them. */
  readonly dead: ReadonlySet<string>;
  /** The stanzas that an operator retried, which moves them behind later ones, or dropped, so that they may be sent anew. */
  readonly handled: ReadonlySet<string>;
  /** Whether the machine's clock was set, so that what was too old may be sent after all. */
  readonly wasSet: boolean;
}

/** Returns the broken guarantees. @param isDirect whether the server accepts stanzas from users' addresses */
export function violationsIn(
  { accepted, wanted, dead, handled, wasSet }: History,
  link: FakeLink,
  isDirect: boolean,
): string[] {
  const faults: string[] = [];
  const { routed } = link;
  const isDead = (id: string): boolean => dead.has(id) || [...dead].some((one) => copyOf(one) === id);
  // If two stanzas of a call are rejected, the others of the call may become dead letters, too.
  const mayBeDead = ({ id, isRejected }: Wanted): boolean =>
    !id.startsWith("copy") && (isRejected || (link.closesAlone.get(id) ?? 0) >= 3);
  const rejected = new Map<number, number>();
  for (const one of accepted) if (mayBeDead(one)) rejected.set(one.call, (rejected.get(one.call) ?? 0) + 1);
  for (const one of accepted) {
    const arrived = link.wasRouted(one.id);
    if (one.isRejected && (arrived || !isDead(one.id)))
      faults.push(`${one.id} is rejected, but no dead letter`);
    if (one.isRejected || arrived || one.expiresAt !== undefined) continue;
    const excused = isDead(one.id) && (mayBeDead(one) || (rejected.get(one.call) ?? 0) >= 2);
    if (!excused) faults.push(`${one.id} is lost`);
  }
  const firsts = [...new Set(routed.map(({ id }) => id))];
  const order = accepted.map(({ id }) => id).filter((id) => link.wasRouted(id));
  for (const pair of new Set(accepted.map((one) => one.pair))) {
    const between = (id: string): boolean => {
      const { pair: its, expiresAt } = wanted.get(id) ?? {};
      return its === pair && !handled.has(id) && !(wasSet && expiresAt !== undefined);
    };
    const [is, should] = [firsts.filter(between).join(), order.filter(between).join()];
    if (is !== should) faults.push(`order ${is} instead of ${should}`);
  }
  for (const id of firsts) {
    // A call that waits for a permission is only answered after a timeout, which never passes here.
    const fine = isDirect ? ["accepted"] : ["accepted", "pending"];
    if (!fine.includes(wanted.get(id)?.state ?? "")) faults.push(`${id} was refused, but sent`);
  }
  const perConnection = routed.map(({ id, connection }) => `${id} over ${connection}`);
  // After a refusal by the multicast service, the stanza and all later ones are written again at once.
  if (new Set(perConnection).size < perConnection.length && link.refusals === 0)
    faults.push("a stanza was routed twice over one connection");
  return faults;
}
