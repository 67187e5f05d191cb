/**
 * Requests and caches the vCards (vcard-temp, XEP-0054) of users who aren't in the directory. If the host permits it,
 * requests are sent in the name of a user (XEP-0356), because some servers drop other requests of components.
 * Simultaneous calls about the same user share a request. After a timeout, no request is sent for a while.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { CachedVcard, VcardStore } from "../../storage/vcard-store.js";
import { Jid, type AccountJid } from "../addresses/address.js";
import type { PeopleConfig } from "../config.js";
import type { IqAnswer, IqRequests } from "../inbound/iq-requests.js";
import type { Permissions } from "../privilege/permissions.js";
import { NS, xml } from "../xml/builder.js";
import { parseVcard } from "./vcard.js";
import { settled, type Settled } from "../settled.js";

export interface Profile {
  readonly name: string;
  /** The path or URL of the picture; "" if there is none. */
  readonly avatar: string;
}

/** How long no new request is sent after a timeout, in milliseconds. */
const SILENCE_MS = 60_000;

/** The localpart of the user in whose name requests are sent. ejabberd 24.12 ignores requests about oneself. */
const ASKER = "qtalk-component";

/** Temporary errors, after which the cached vCard is kept. */
const TEMPORARY: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-server-not-found",
  "remote-server-timeout",
  "resource-constraint",
  "recipient-unavailable",
]);

export interface VcardsDependencies {
  readonly commit: GroupCommit;
  readonly requests: Pick<IqRequests, "ask">;
  readonly permissions: Pick<Permissions, "mayGet">;
  readonly log: Logger;
}

export class Vcards {
  readonly #asking = new Map<string, Promise<Profile | undefined>>();

  constructor(
    private readonly store: VcardStore,
    private readonly config: PeopleConfig,
    private readonly dependencies: VcardsDependencies,
  ) {}

  /** Returns the user's name and picture; undefined if there is no vCard or no response. */
  find(jid: AccountJid): Settled<Profile | undefined> {
    return settled(
      () => this.#find(jid),
      (error) => {
        this.dependencies.log.error(`The vCard of ${jid.text} could not be read: ${String(error)}`);
        return undefined;
      },
    );
  }

  #find(jid: AccountJid): Promise<Profile | undefined> {
    const known = this.store.find(jid.text);
    if (known !== undefined && known.expiresAt > Date.now()) return Promise.resolve(this.#profile(known));
    const asking = this.#asking.get(jid.text) ?? this.#ask(jid, known);
    this.#asking.set(jid.text, asking);
    return asking.finally(() => this.#asking.delete(jid.text));
  }

  async #ask(jid: AccountJid, known: CachedVcard | undefined): Promise<Profile | undefined> {
    const answer = await this.#answer(jid);
    const now = Date.now();
    if (answer.kind === "unasked") return known && this.#profile(known);
    try {
      if (isTemporary(answer)) return await this.#keep(jid, known, now);
      return await this.#remember(jid, answer, now);
    } catch (error) {
      this.dependencies.log.error(`The vCard of ${jid.text} could not be stored: ${String(error)}`);
      return known && this.#profile(known);
    }
  }

  async #answer(jid: AccountJid): Promise<IqAnswer> {
    const timeout = this.config.vcard_wait * 1000;
    const question = { type: "get", to: jid, payload: xml("vCard", NS.vcard), timeout } as const;
    const asker = this.dependencies.permissions.mayGet(jid.domain, NS.vcard)
      ? Jid.of(ASKER, jid.domain)
      : undefined;
    if (asker === undefined) return await this.dependencies.requests.ask(question);
    const answer = await this.dependencies.requests.ask({ ...question, inNameOf: asker });
    // Prosody permits requests only in the names of existing users, but it responds to ordinary requests.
    const isForbidden = answer.kind === "error" && answer.condition === "forbidden";
    return isForbidden ? await this.dependencies.requests.ask(question) : answer;
  }

  /** Keeps the cached vCard after a timeout or a temporary error. */
  async #keep(jid: AccountJid, known: CachedVcard | undefined, now: number): Promise<Profile | undefined> {
    const { name, avatar = "", image } = known ?? {};
    const kept = { name, avatar, image, expiresAt: now + SILENCE_MS };
    await this.dependencies.commit.run(() => this.store.extend(jid.text, kept));
    return this.#profile(kept);
  }

  async #remember(jid: AccountJid, answer: IqAnswer, now: number): Promise<Profile | undefined> {
    const { vcard_remember, vcard_remember_nobody, avatar_bytes } = this.config;
    const element = answer.kind === "result" ? answer.payload : undefined;
    const vcard = element?.is("vCard", NS.vcard) === true ? parseVcard(element, avatar_bytes) : undefined;
    const hasPicture = vcard !== undefined && (vcard.avatar !== "" || vcard.image !== undefined);
    // The vCard has a picture but no name, so the user exists.
    const name = vcard?.name ?? (hasPicture ? jid.local : undefined);
    const seconds = name === undefined ? vcard_remember_nobody : vcard_remember;
    const remembered = { name, avatar: vcard?.avatar ?? "", expiresAt: now + seconds * 1000 };
    await this.dependencies.commit.run(() => this.store.put(jid.text, remembered, vcard?.image));
    return this.#profile({ ...remembered, image: vcard?.image?.name });
  }

  #profile({ name, avatar, image }: CachedVcard): Profile | undefined {
    if (name === undefined) return undefined;
    return { name, avatar: image === undefined ? avatar : this.config.avatar_url + image };
  }
}

function isTemporary(answer: IqAnswer): boolean {
  return answer.kind === "silence" || (answer.kind === "error" && TEMPORARY.has(answer.condition));
}
