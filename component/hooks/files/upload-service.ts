/** Uploads files to the server's upload service (XEP-0363), which the component asks in a bot's name. */
import type { Logger } from "winston";
import { Jid } from "../../addresses/address.js";
import type { IqAnswer, IqRequests } from "../../inbound/iq-requests.js";
import { findService, limitIn } from "../../probes/service-discovery.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { PostedFile } from "../formats/format.js";
import { exchange, failureOf, statusText } from "../outgoing/http-exchange.js";
import { settled, type Settled } from "../../settled.js";

export interface UploadDependencies {
  /** The hosts whose services are looked for. */
  readonly hosts: readonly string[];
  readonly domain: string;
  readonly requests: Pick<IqRequests, "ask">;
  readonly log: Logger;
}

/** An upload service, and the largest file that it takes, in bytes. */
interface FoundService {
  readonly jid: string;
  readonly most: number;
}

/** The URL of an uploaded file; or why it isn't uploaded, as the end of a sentence. */
export type Uploaded = { readonly url: string } | { readonly reason: string };

/** Where a file is put, and where it is then. */
interface Slot {
  readonly put: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly get: string;
}

/** How long to wait for an answer, in milliseconds. */
const ANSWER_MS = 5_000;
/** How long the result of a search is used, and how long a service that doesn't answer isn't asked; in milliseconds. */
const KEPT_MS = { found: 3_600_000, missing: 60_000, silent: 60_000 };
const MAX_RESPONSE_BYTES = 64 * 1024;
/** The headers that a service may ask for (XEP-0363 §5). */
const HEADERS = ["authorization", "cookie", "expires"];

/** Why no service is known: none is there, or not everything answered that could have named one. */
const NO_SERVICE = {
  none: "the server has no upload service (XEP-0363)",
  unknown:
    "the server doesn't answer whether it has an upload service (XEP-0363); ejabberd's mod_privilege drops such requests",
} as const;

export class UploadService {
  #found:
    { readonly service: Promise<FoundService | keyof typeof NO_SERVICE>; readonly until: number } | undefined;
  /** Until when the service isn't asked, in milliseconds of performance.now(). */
  #silentUntil = 0;

  constructor(private readonly dependencies: UploadDependencies) {}

  /** Looks for the service again, as the server may have another one. */
  forget(): void {
    this.#found = undefined;
    this.#silentUntil = 0;
  }

  /** Uploads a file. @param from the bot; undefined: the component asks @param signal ends the upload */
  upload(file: PostedFile, from: Jid | undefined, signal: AbortSignal): Settled<Uploaded> {
    return settled(
      () => this.#upload(file, from, signal),
      (error) => ({ reason: `the upload fails: ${failureOf(error)}` }),
    );
  }

  async #upload(file: PostedFile, from: Jid | undefined, signal: AbortSignal): Promise<Uploaded> {
    if (signal.aborted) return { reason: "other uploads take too long" };
    if (performance.now() < this.#silentUntil)
      return { reason: "the server's upload service doesn't answer" };
    const service = await this.#service();
    if (typeof service === "string") return { reason: NO_SERVICE[service] };
    const { jid, most } = service;
    const { length } = file.bytes;
    if (length > most) return { reason: `the upload service ${jid} takes files of ${most} bytes at most` };
    const slot = await this.#slot(jid, file, from);
    if ("reason" in slot) return slot;
    const isOver = (): boolean => signal.aborted;
    try {
      const { status } = await exchange(slot.put, {
        method: "PUT",
        headers: { ...slot.headers, "content-type": file.type, "content-length": length },
        body: file.bytes,
        signal,
        most: MAX_RESPONSE_BYTES,
      });
      const isDone = status >= 200 && status < 300;
      return isDone ? { url: slot.get } : { reason: `${jid} refuses the upload: ${statusText(status)}` };
    } catch (error) {
      if (isOver()) this.#pause();
      const why = isOver() ? "it takes too long" : failureOf(error);
      return { reason: `the upload to ${slot.put.host} fails: ${why}` };
    }
  }

  async #service(): Promise<FoundService | keyof typeof NO_SERVICE> {
    const now = performance.now();
    if (this.#found === undefined || now >= this.#found.until) {
      const service = this.#find();
      this.#found = { service, until: now + KEPT_MS.missing };
      if (typeof (await service) === "object") this.#found = { service, until: now + KEPT_MS.found };
    }
    return await this.#found.service;
  }

  async #find(): Promise<FoundService | keyof typeof NO_SERVICE> {
    const { hosts, domain: own, requests, log } = this.dependencies;
    const wanted = { own, feature: NS.upload, timeout: ANSWER_MS };
    const found = await Promise.all(hosts.map((host) => findService(requests, host, wanted)));
    const service = found.find((each) => typeof each === "object");
    if (service === undefined) return found.includes("unknown") ? "unknown" : "none";
    log.info(`Files of posts to hooks are uploaded to ${service.jid} (XEP-0363)`);
    return { jid: service.jid, most: limitIn(service, NS.upload, "max-file-size") ?? Infinity };
  }

  async #slot(
    jid: string,
    { name, type, bytes }: PostedFile,
    from: Jid | undefined,
  ): Promise<Slot | { readonly reason: string }> {
    const to = Jid.parse(jid);
    if (to === undefined) return { reason: `${jid} is no address` };
    const payload = slotRequest(name, bytes.length, type);
    const answer = await this.dependencies.requests.ask({
      type: "get",
      to,
      from,
      payload,
      timeout: ANSWER_MS,
    });
    if (answer.kind === "silence") this.#pause();
    return slotIn(answer) ?? { reason: `the upload service ${jid} ${noSlotReason(answer)}` };
  }

  #pause(): void {
    this.#silentUntil = performance.now() + KEPT_MS.silent;
  }
}

/** Makes the request for a slot (XEP-0363 §4). */
export function slotRequest(filename: string, size: number, type: string): Element {
  return xml("request", { xmlns: NS.upload, filename, size: String(size), "content-type": type });
}

/** Returns the slot in a service's answer; undefined if it has none. */
export function slotIn(answer: IqAnswer): Slot | undefined {
  const slot = answer.kind === "result" ? answer.payload : undefined;
  const put = slot?.getChild("put");
  const [target, get] = [urlIn(put), urlIn(slot?.getChild("get"))];
  if (put === undefined || target === undefined || get === undefined) return undefined;
  const headers = put.getChildren("header").flatMap((header) => {
    const name = (header.attrs.name ?? "").toLowerCase();
    const value = header.getText().replace(/[\r\n]/g, "");
    return HEADERS.includes(name) ? [[name, value] as const] : [];
  });
  return { put: target, get: get.href, headers: Object.fromEntries(headers) };
}

/** What a reason says if only the server's configuration refuses the component. */
const PERMIT = "permit it";

/** Whether the server would take files if its configuration permitted it. @param reason why a file wasn't uploaded */
export function isForbidden(reason: string): boolean {
  return reason.includes(PERMIT);
}

/** Returns why a service gives no slot, as the end of a sentence. */
export function noSlotReason(answer: IqAnswer): string {
  if (answer.kind === "error")
    return `refuses the component (${answer.condition}): ${PERMIT} in the server's configuration, see /docs/guide/hooks`;
  if (answer.kind === "unasked") return "can't be asked: there is no link to the server";
  return answer.kind === "silence" ? "doesn't answer" : "gives no slot";
}

function urlIn(element: Element | undefined): URL | undefined {
  const text = element?.attrs.url ?? "";
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
