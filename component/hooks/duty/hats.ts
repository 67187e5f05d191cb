/** Who wears the hat "on duty" (XEP-0317) in which of the component's rooms. */
import type { Database } from "../../../storage/database.js";
import { DutyStore } from "../../../storage/duty-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { Jid } from "../../addresses/address.js";
import type { DutyHats } from "../../muc/room/hats.js";
import { notifyPresence } from "../../muc/wire/fan-out.js";
import type { OperationContext } from "../../operations/context.js";
import { commitWork } from "../../operations/room-call.js";
import { rostersOf } from "../alerts/steps.js";

type Wearers = ReadonlyMap<string, ReadonlySet<string>>;
const NOBODY: ReadonlySet<string> = new Set();

/** Those who are on duty, in the rooms of the webhooks that use their rosters. */
export class DutyWearers implements DutyHats {
  /** The accounts by the room's address, as occupants were told; undefined before it is first needed. */
  #shown: Wearers | undefined;
  readonly #rosters: DutyStore;
  readonly #hooks: HooksStore;

  constructor(
    db: Database,
    readonly title: string,
  ) {
    this.#rosters = new DutyStore(db);
    this.#hooks = new HooksStore(db);
  }

  in(room: string): ReadonlySet<string> {
    this.#shown ??= this.#wearers();
    return this.#shown.get(room) ?? NOBODY;
  }

  /** Takes over who is on duty now. @returns the rooms and accounts in which that changed */
  update(): { readonly room: string; readonly accounts: readonly string[] }[] {
    const now = this.#wearers();
    const before = this.#shown ?? now;
    this.#shown = now;
    return [...new Set([...before.keys(), ...now.keys()])].flatMap((room) => {
      const [had, have] = [before.get(room) ?? NOBODY, now.get(room) ?? NOBODY];
      const accounts = [...had, ...have].filter((jid) => had.has(jid) !== have.has(jid));
      return accounts.length === 0 ? [] : [{ room, accounts }];
    });
  }

  #wearers(): Wearers {
    const onDuty = new Map(this.#rosters.list().map(({ name, onDuty: person }) => [name, person] as const));
    const wearers = new Map<string, Set<string>>();
    for (const hook of onDuty.size === 0 ? [] : this.#hooks.list()) {
      const people = [...rostersOf(hook)].flatMap((roster) => onDuty.get(roster) ?? []);
      if (people.length === 0) continue;
      wearers.set(hook.receiver, new Set([...(wearers.get(hook.receiver) ?? []), ...people]));
    }
    return wearers;
  }
}

/** Sends the presence of accounts to a room's occupants again, with the hats that they wear now. */
export async function showAgain(
  { muc, addresses }: Pick<OperationContext, "muc" | "addresses">,
  room: string,
  accounts: readonly string[],
): Promise<void> {
  const jid = Jid.parse(room);
  const address = jid && addresses.roomAt(jid);
  if (address === undefined) return;
  await muc.turns.call({ rooms: [address.text], account: undefined }, () =>
    commitWork({ muc }, (transaction) => {
      const found = muc.rooms.find(address);
      if (found === undefined) return undefined;
      const scope = { context: muc, transaction, room: found };
      for (const account of accounts.flatMap((text) => Jid.parse(text)?.bare ?? []))
        for (const occupant of found.occupantsOf(account)) {
          // Cached presences have the old hats.
          found.inside.change(transaction, occupant, {});
          notifyPresence(scope, occupant);
        }
      return undefined;
    }),
  );
}
