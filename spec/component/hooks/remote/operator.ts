/** An operator, who changes hooks and bots by the operations that commands and console have. */
import { Administration } from "../../../../component/administration/administration.js";
import { BOT_OPERATIONS as BOTS } from "../../../../component/administration/bot.js";
import { HOOK_OPERATIONS as HOOKS } from "../../../../component/administration/hook.js";
import { recordsOf } from "../../../../component/administration/records.js";
import { DomainAliases } from "../../../../component/addresses/domain-aliases.js";
import { hooksConfig, keysConfig, peopleConfig, roomsConfig } from "../../../../component/config.js";
import type { Bounces } from "../../../../component/hooks/bounces.js";
import type { RemoteRooms } from "../../../../component/hooks/remote/remote-rooms.js";
import { AddressResolver } from "../../../../component/operations/address-resolver.js";
import type { BotRoomsStore } from "../../../../storage/bot-rooms-store.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import type { Database } from "../../../../storage/database.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import type { hookDependencies } from "../hook-dependencies.js";
import { ROOM } from "./played-room.js";

/** The id and the name of the hook. */
export const HOOK = "h";

/** The world in which the operator works. */
interface Surroundings {
  readonly rooms: RemoteRooms;
  readonly store: BotRoomsStore;
  /** The ids of accepted posts. */
  readonly accepted: string[];
  readonly bounces: readonly { readonly id: string }[];
  pushed: number;
  settle(): Promise<void>;
  repeat(id: string): unknown;
}

export class Operator {
  /** The ids of posts whose hook was removed, and of those that waited then and weren't bounced. */
  readonly removed = new Set<string>();
  readonly silentlyLost: string[] = [];
  /** The result of the last operation. */
  told = "";
  #administration!: Administration;

  constructor(
    private readonly world: Surroundings,
    private readonly db: Database,
  ) {}

  /** Works with the present process of the component. */
  begin(parts: ReturnType<typeof hookDependencies>, bounces: Bounces): void {
    const xmpp = { domain: "c.test", hosts: ["x.test"], host_aliases: {}, foreign_senders: false };
    const rooms = roomsConfig.parse({});
    const part = { forget: () => undefined };
    this.#administration = new Administration({
      settings: {
        ...{
          rooms,
          hooks: hooksConfig.parse({}),
          people: peopleConfig.parse({}),
          keys: keysConfig.parse({}),
        },
        xmpp: { ...xmpp, send_as_users: "auto" },
        http: { url: "http://127.0.0.1:10050", bodyLimit: 1024 ** 2 },
      },
      records: recordsOf(this.db),
      addresses: new AddressResolver(new DomainAliases({ xmpp, rooms }), false),
      commit: parts.commit,
      log: parts.log,
      bounces,
      running: {
        ...{ bots: parts.bots, hooks: part, duty: part, outgoing: part, directory: part },
        alerts: { wake: () => undefined },
        remote: this.world.rooms,
      } as never,
    });
  }

  /** Runs an operation as an operator does; waits only until it is stored. */
  async run(name: string, given: object): Promise<void> {
    this.world.pushed += 1;
    const operation = [...HOOKS, ...BOTS].find((each) => each.name === name)!;
    const run = this.#administration.run(operation, given, { name: "ann", way: "console", may: ["all"] });
    void run
      .then((result) => (this.told = (result as { message: string }).message))
      .catch((error: unknown) => (this.told = String(error)));
    await this.world.settle();
  }

  /** Removes the hook, with the bot, and adds it again. */
  async replacesHook(): Promise<void> {
    const waiting = this.world.accepted.filter((id) => this.world.repeat(id) === "queued");
    await this.run("hook remove", { name: "h" });
    const hooks = new HooksStore(this.db);
    // The disk may fail.
    if (hooks.find(HOOK) !== undefined) return;
    for (const id of waiting)
      if (!this.world.bounces.some((each) => each.id === id)) this.silentlyLost.push(id);
    for (const id of this.world.accepted.splice(0)) this.removed.add(id);
    new BotsStore(this.db).put({ name: "bot", title: "Bot", picture: undefined });
    hooks.add(storedHook({ id: HOOK, receiver: ROOM, bot: "bot" }));
    this.world.store.ask("bot", ROOM, { isChosen: false, at: 1 });
    this.world.rooms.refresh();
  }
}
