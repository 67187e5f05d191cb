/**
 * Users whom the directory doesn't list, asked of their server: vcard-temp (XEP-0054) at the bare address, which
 * the server answers in the user's stead; in a user's name where the host permits that (XEP-0356), as there are servers
 * that drop all other requests of components. Answers are remembered for a time, "nobody" too; several calls for one
 * user ask once; a server that doesn't answer costs a bounded wait, and for a while none at all.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { RememberedVcard, VcardStore } from "../../storage/vcard-store.js";
import { Jid, type AccountJid } from "../address.js";
import type { PeopleConfig } from "../config.js";
import type { IqAnswer, IqRequests } from "../iq-requests.js";
import type { Permissions } from "../privilege/permissions.js";
import { NS, xml } from "../xml/builder.js";
import { readVcard } from "./vcard.js";

export interface Profile {
  readonly name: string;
  /** Where the picture is to be had, or "". */
  readonly avatar: string;
}

/** How long it isn't asked again after no answer; milliseconds. */
const SILENCE_MS = 60_000;

/**
 * In whose name it is asked where that is permitted: nobody's. What users ask of themselves ejabberd 24.12 sends back
 * without an answer.
 */
const ASKER = "qtalk-component";

/** Errors that tell of the moment, not of the user. */
const PASSING: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-server-not-found",
  "remote-server-timeout",
  "resource-constraint",
  "recipient-unavailable",
]);

export interface VcardsDependencies {
  readonly store: VcardStore;
  readonly commit: GroupCommit;
  readonly requests: Pick<IqRequests, "ask">;
  readonly permissions: Pick<Permissions, "mayGet">;
  readonly log: Logger;
}

export class Vcards {
  readonly #store: VcardStore;
  readonly #commit: GroupCommit;
  readonly #requests: Pick<IqRequests, "ask">;
  readonly #permissions: Pick<Permissions, "mayGet">;
  readonly #config: PeopleConfig;
  readonly #log: Logger;
  readonly #asking = new Map<string, Promise<Profile | undefined>>();

  constructor({ store, commit, requests, permissions, log }: VcardsDependencies, config: PeopleConfig) {
    this.#store = store;
    this.#commit = commit;
    this.#requests = requests;
    this.#permissions = permissions;
    this.#config = config;
    this.#log = log;
  }

  /** What the user says of themselves; undefined where there is nobody, or no answer. Never rejects. */
  find(jid: AccountJid): Promise<Profile | undefined> {
    const known = this.#store.find(jid.text);
    if (known !== undefined && known.expiresAt > Date.now()) return Promise.resolve(this.#profile(known));
    const asking = this.#asking.get(jid.text) ?? this.#ask(jid, known);
    this.#asking.set(jid.text, asking);
    return asking.finally(() => this.#asking.delete(jid.text));
  }

  async #ask(jid: AccountJid, known: RememberedVcard | undefined): Promise<Profile | undefined> {
    const answer = await this.#answer(jid);
    const now = Date.now();
    if (answer.kind === "unasked") return known && this.#profile(known);
    try {
      if (isPassing(answer)) return await this.#keep(jid, known, now);
      return await this.#remember(jid, answer, now);
    } catch (error) {
      this.#log.error(`The vCard of ${jid.text} could not be stored: ${String(error)}`);
      return known && this.#profile(known);
    }
  }

  async #answer(jid: AccountJid): Promise<IqAnswer> {
    const question = {
      type: "get",
      to: jid,
      payload: xml("vCard", NS.vcard),
      timeout: this.#config.vcard_wait * 1000,
    } as const;
    const asker = this.#permissions.mayGet(jid.domain, NS.vcard) ? Jid.of(ASKER, jid.domain) : undefined;
    if (asker === undefined) return await this.#requests.ask(question);
    const answer = await this.#requests.ask({ ...question, inNameOf: asker });
    // Prosody permits it for its users' names alone, and answers what is asked plainly.
    const isForbidden = answer.kind === "error" && answer.condition === "forbidden";
    return isForbidden ? await this.#requests.ask(question) : answer;
  }

  /** No answer: what was known still serves. */
  async #keep(
    jid: AccountJid,
    known: RememberedVcard | undefined,
    now: number,
  ): Promise<Profile | undefined> {
    const kept = {
      name: known?.name,
      avatar: known?.avatar ?? "",
      image: known?.image,
      expiresAt: now + SILENCE_MS,
    };
    await this.#commit.run(() => this.#store.extend(jid.text, kept));
    return this.#profile(kept);
  }

  async #remember(jid: AccountJid, answer: IqAnswer, now: number): Promise<Profile | undefined> {
    const { vcard_remember, vcard_remember_nobody, avatar_bytes } = this.#config;
    const element = answer.kind === "result" ? answer.payload : undefined;
    const vcard = element?.is("vCard", NS.vcard) === true ? readVcard(element, avatar_bytes) : undefined;
    const hasPicture = vcard !== undefined && (vcard.avatar !== "" || vcard.image !== undefined);
    // Somebody with a picture and no name is still somebody.
    const name = vcard?.name ?? (hasPicture ? jid.local : undefined);
    const seconds = name === undefined ? vcard_remember_nobody : vcard_remember;
    const remembered = { name, avatar: vcard?.avatar ?? "", expiresAt: now + seconds * 1000 };
    await this.#commit.run(() => this.#store.put(jid.text, remembered, vcard?.image));
    return this.#profile({ ...remembered, image: vcard?.image?.name });
  }

  #profile({ name, avatar, image }: RememberedVcard): Profile | undefined {
    if (name === undefined) return undefined;
    return { name, avatar: image === undefined ? avatar : this.#config.avatar_url + image };
  }
}

function isPassing(answer: IqAnswer): boolean {
  return answer.kind === "silence" || (answer.kind === "error" && PASSING.has(answer.condition));
}
