/** What a row of the contract table says: one endpoint of the interface, declared once for every use of it. */
import type { z } from "zod";
import type { ListLimit } from "../component/operations/list-limits.js";
import type { Operations } from "../component/operations/operations.js";
import type { DeliveryStatus } from "../component/outbox/outbox.js";
import type { Refusal } from "../component/refusal.js";

/** The operations as the endpoints see them; tests put their own in place. */
export type OperationsApi = Pick<Operations, keyof Operations>;

/** What an operation did; a DeliveryStatus is one. */
export interface CallResult {
  /** Told in the X-QTalk-Delivery header, where stanzas were accepted. */
  readonly delivery?: DeliveryStatus["delivery"];
  /** The answer's data, for endpoints whose success form has some of its own. */
  readonly data?: unknown;
}

/** The documented answer to a call that was done. */
export type SuccessForm = EnvelopeForm | PlainForm;

export interface EnvelopeForm {
  /** Text in calls that were made later than the eleven; absent: the number. */
  readonly errcode?: "0";
  readonly errmsg: string;
  /** A text as it stands; a schema: what the operation found, in this shape; absent: the answer has no data. */
  readonly data?: string | z.ZodType;
}

/** An answer without the envelope. */
export interface PlainForm {
  readonly plain: string;
  /** Its media type. */
  readonly type: "text/plain" | "application/json";
}

/** Calls beside the eleven, which http.also turns on. */
export const GROUPS = ["management", "gateway", "im_http_service"] as const;
export type Group = (typeof GROUPS)[number];

/** An address as the call names it. */
export interface NamedAddress {
  /** An id, or id@host. */
  readonly id: string;
  /** The host that a bare id means; absent: the default host. */
  readonly host?: string | undefined;
}

/** In whose name a call acts and which rooms it manages: what a caller's policy is asked about. */
export interface CallScope {
  readonly senders: readonly NamedAddress[];
  readonly rooms: readonly NamedAddress[];
}

/** Where a call comes from. */
export interface Origin {
  /** The request's id. */
  readonly request: string;
  /** The client's network address. */
  readonly address: string;
  /** Whose part of the outbox it takes. */
  readonly owner: string;
  /** Whether the caller may tell everybody something. */
  readonly mayTellEveryone: boolean;
}

export interface Endpoint<S extends z.ZodType = z.ZodType> {
  /** Its label in metrics and its name in callers' policies; several paths may have one name. */
  readonly name: string;
  /** Where it is called; absent: its name under /qtalk/. */
  readonly path?: string;
  /** Absent: it is always served. */
  readonly group?: Group;
  /** Whether its body may come gzipped. */
  readonly gzip?: true;
  /** As documented. A GET's arguments are its query's parameters, a POST's are its JSON body. */
  readonly method: "GET" | "POST";
  /** A GET that may also be posted, with its arguments in the query or in a JSON body. */
  readonly toleratesPost?: true;
  /** One line for the interactive documentation. */
  readonly summary: string;
  /** Reads the arguments. Keys it doesn't name are noted in the log and otherwise ignored. */
  readonly request: S;
  /** The list that it may hold, counted before anything in it is read. */
  readonly list?: ListLimit;
  readonly success: SuccessForm;
  /** The answer where nothing was found (errcode 4), if it isn't that of every failure. */
  readonly notFound?: (errmsg: string) => object;
  scope(call: z.output<S>): CallScope;
  /**
   * Judges each item of its list for itself: in the place of one that the caller may not send stands why.
   * @returns undefined where nothing is left to be sent
   */
  judgeEach?(call: z.output<S>, refuse: (scope: CallScope) => Refusal | undefined): z.output<S> | undefined;
  run(operations: OperationsApi, call: z.output<S>, origin: Origin): Promise<CallResult | Refusal>;
}

/** Checks a row's types against each other, then forgets its schema's, so that rows fit into one table. */
export function endpoint<S extends z.ZodType>(row: Endpoint<S>): Endpoint {
  return row;
}

export function pathOf({ path, name }: Endpoint): string {
  return path ?? `/qtalk/${name}`;
}

/** What it is called in documents, where each path has a name of its own. */
export function idOf({ path, name, group }: Endpoint): string {
  const last = (path ?? name).slice((path ?? name).lastIndexOf("/") + 1).replace(/\W.*/, "");
  return group === undefined ? last : `${group}_${last}`;
}
