/**
 * Service administrators (rooms.admins) have an owner's rights in every room (Room.affiliationOf) without being in
 * the lists of owners. They are shown as owners, so that clients offer them an owner's dialogs.
 */
import type { ServiceAdminsStore } from "../../../storage/rooms-users.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid, type BareJid } from "../../addresses/address.js";
import type { RoomContext } from "../context.js";
import { roomJid } from "../rooms.js";
import { followAffiliation } from "./changing.js";

export class ServiceAdmins {
  #following: Promise<void> = Promise.resolve();

  /** @param all the administrators' bare addresses */
  constructor(
    public all: ReadonlySet<string>,
    private readonly store: ServiceAdminsStore,
    private readonly commit: GroupCommit,
  ) {}

  has(jid: Jid): boolean {
    return this.all.size > 0 && this.all.has(jid.bare.text);
  }

  /** Applies changes of rooms.admins to occupants, also those made while the component was stopped. */
  follow(context: RoomContext): Promise<void> {
    this.#following = this.#following
      .then(() => this.#followAll(context))
      .catch((error: unknown) => {
        context.log.error(
          `Rooms could not follow the change of rooms.admins, repeating it at the next start: ${String(error)}`,
        );
      });
    return this.#following;
  }

  async #followAll(context: RoomContext): Promise<void> {
    const { all, store, commit } = this;
    const before = new Set(store.all());
    const changed = [...new Set([...before, ...all])].filter((jid) => before.has(jid) !== all.has(jid));
    for (const text of changed) {
      const account = Jid.parse(text)?.bare;
      // Sessions that entered just now may not be committed yet.
      commit.flush();
      for (const name of store.roomsWith(text)) {
        if (account !== undefined) await this.#followIn(context, name, account);
      }
      await commit.run(() => store.set(text, all.has(text)));
    }
  }

  async #followIn(context: RoomContext, name: string, account: BareJid): Promise<void> {
    const jid = roomJid(name, context.domain);
    if (jid === undefined) return;
    await context.transactions.do(undefined, (transaction) => {
      const room = context.rooms.find(jid);
      if (room === undefined) return;
      const was = this.has(account) ? room.affiliations.affiliationOf(account) : "owner";
      room.inside.recallAffiliation(account);
      if (room.affiliationOf(account) === was) return;
      for (const occupant of room.occupantsOf(account))
        followAffiliation({ context, transaction, room }, occupant, was, {});
    });
  }
}
