/** The context in which administrators' operations run: in the running component, or in a command's own process. */
import type { Logger } from "winston";
import type { ChangesStore } from "../../storage/changes-store.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { AccountJid, BareJid } from "../addresses/address.js";
import type { HooksConfig, KeysConfig, PeopleConfig, RoomsConfig, XmppConfig } from "../config.js";
import type { Bounces } from "../hooks/bounces.js";
import type { KnownBots } from "../hooks/known-bots.js";
import type { HookFault } from "../hooks/fault.js";
import type { Alerts } from "../hooks/alerts/alerts.js";
import type { Duty } from "../hooks/duty/duty.js";
import type { Hooks } from "../hooks/hooks.js";
import type { Accepted } from "../hooks/post.js";
import type { OutgoingWebhooks } from "../hooks/outgoing/outgoing-webhooks.js";
import type { RemoteRooms } from "../hooks/remote/remote-rooms.js";
import type { Actor, By } from "../muc/admin/actor.js";
import type { RoomContext } from "../muc/context.js";
import { serviceOf } from "../muc/features/invitations/direct.js";
import type { Room } from "../muc/room/room.js";
import type { AddressResolver } from "../operations/address-resolver.js";
import type { Outbox } from "../outbox/outbox.js";
import type { Directory } from "../people/directory.js";
import type { Refusal } from "../refusal.js";
import type { Report } from "./erasure-report.js";
import type { Records } from "./records.js";
import type { OWN_HOOKS, Right } from "./rights.js";

/** The parts of the configuration that operations read. */
export interface Settings {
  readonly xmpp: Pick<XmppConfig, "domain" | "hosts" | "host_aliases" | "foreign_senders" | "send_as_users">;
  readonly rooms: RoomsConfig;
  readonly people: PeopleConfig;
  readonly keys: KeysConfig;
  readonly hooks: HooksConfig;
  /** The URL at which this machine reaches the component, and the maximum size of a request's body in bytes. */
  readonly http: { readonly url: string; readonly bodyLimit: number };
}

/** What operations share, whoever runs them. */
export interface Ground {
  readonly settings: Settings;
  readonly records: Records;
  readonly addresses: AddressResolver;
  readonly commit: GroupCommit;
  readonly log: Logger;
  /** Stores, counts and logs messages that an operation makes undeliverable. */
  readonly bounces: Pick<Bounces, "refuse">;
  /** The running component; undefined in a command's own process. */
  readonly running: Running | undefined;
}

/** The parts of the running component that operations use. */
export interface Running {
  readonly muc: RoomContext;
  readonly bots: KnownBots;
  readonly hooks: Hooks;
  readonly alerts: Alerts;
  readonly duty: Duty;
  readonly outgoing: OutgoingWebhooks;
  readonly remote: RemoteRooms;
  readonly erasures: {
    erase(account: AccountJid, record: Pick<ChangeRecord, "write">): Promise<Report | Refusal>;
  };
  readonly outbox: Pick<Outbox, "states" | "requeued">;
  readonly directory: Directory;
  /** Undefined before the HTTP server has started. */
  http: HttpParts | undefined;
}

/** The parts of the HTTP server that operations use. */
export interface HttpParts {
  /** Accepts a test post to an incoming webhook. @param body the payload; undefined: a sample of the hook's format */
  testPost(hook: string, body: string | undefined): Promise<Accepted | HookFault>;
  readonly calls: CallCounts;
  /** The configured callers (http.callers). */
  readonly callers: readonly ShownCaller[];
}

/** A program that may call the HTTP interface. */
export interface ShownCaller {
  readonly name: string;
  /** Whether it is identified by a token. */
  readonly token: boolean;
  readonly addresses: string[] | undefined;
  /** The endpoints that it may call; undefined: all. */
  readonly endpoints: string[] | undefined;
  readonly senders: string[];
  readonly rooms: string[];
  readonly everyone: boolean;
  /** The maximum rate, in calls per second; undefined: unlimited. */
  readonly rate: number | undefined;
}

/** Counts of calls and posts since the component started. Times are in milliseconds since 1970. */
export interface CallCounts {
  readonly since: number;
  readonly refused: readonly {
    readonly at: number;
    readonly endpoint: string;
    readonly caller: string | undefined;
    readonly address: string;
    readonly errcode: number;
    readonly reason: string;
    readonly request: string;
  }[];
  useOf(
    kind: "caller" | "hook",
    name: string,
  ): { readonly calls: number; readonly refused: number; readonly lastAt: number | undefined };
}

/** The least that a change results in: the sentence that says what was done. */
export interface OperationDone {
  readonly message: string;
}

/** Who runs an operation, and by which way in. */
export interface Who {
  /** The operator's name, the Unix user, or an address. */
  readonly name: string;
  readonly way: "command line" | "console" | "http" | "xmpp" | "chat";
  readonly may: readonly (Right | typeof OWN_HOOKS)[];
  /** The account of a service administrator or of a room's owner. */
  readonly account?: BareJid;
}

/** Records one change by an administrator in the list of changes, in the transaction that makes the change. */
export class ChangeRecord {
  #id: number | undefined;

  constructor(
    private readonly store: ChangesStore,
    private readonly who: Who,
    /** The operation's name, and its arguments without secrets, as JSON. */
    private readonly what: { readonly operation: string; readonly arguments: string },
  ) {}

  get isWritten(): boolean {
    return this.#id !== undefined;
  }

  /**
   * Writes the record, inside a transaction.
   * @param outcome what came of the change; undefined if several transactions make it and more follow
   */
  write(outcome?: string): void {
    if (this.#id !== undefined) {
      if (outcome !== undefined) this.store.finish(this.#id, outcome);
      return;
    }
    const { name, way } = this.who;
    this.#id = this.store.add({ at: Date.now(), who: name, way, ...this.what, outcome });
  }
}

export interface Context extends Ground {
  readonly who: Who;
  readonly record: ChangeRecord;
  /**
   * Changes the database; the change and its record are one transaction. After a refusal, nothing is changed.
   * @param committed called at the commit, in the order of all transactions
   */
  readonly change: <T extends OperationDone>(
    work: () => T | Refusal,
    committed?: () => void,
  ) => Promise<T | Refusal>;
}

export type RunningContext = Context & Running;

/** Returns the actor of an operation in a room: the administrator or the service, with the rights of an owner. */
export function actorIn({ muc, who: { account } }: RunningContext, room: Room): Actor {
  const occupant = account && room.occupantsOf(account)[0];
  return {
    account: account ?? serviceOf(muc).bare,
    affiliation: "owner",
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** Returns the actor that occupants see. Occupants see no actor if an operator acts. */
export function byIn(context: RunningContext, room: Room): By {
  return context.who.account === undefined ? {} : actorIn(context, room);
}
