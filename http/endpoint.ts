/** An endpoint: a call of the interface, declared once, in its own file, for every use of it. */
import { z } from "zod";
import type { Translated } from "../component/language.js";
import type { OperationContext } from "../component/operations/context.js";
import type { DeliveryStatus } from "../component/outbox/outbox.js";
import type { Refusal } from "../component/refusal.js";
import type { ListLimit } from "../component/operations/limits.js";
import { limitOf } from "./endpoints/common/fields.js";

/** What a call did; a DeliveryStatus is one. */
export interface CallResult {
  /** Told in the X-QTalk-Delivery header if stanzas were accepted. */
  readonly delivery?: DeliveryStatus["delivery"];
  /** The answer's data, for endpoints whose success form has a schema for it. */
  readonly data?: unknown;
}

/** The documented answer to a call that was done. */
export type SuccessForm = ObjectForm | PlainForm;

export interface ObjectForm {
  /** Text in calls that were made later than the eleven; absent: the number. */
  readonly errcode?: "0";
  readonly errmsg: string;
  /** A text as it stands, or the schema of what was found; absent: the answer has no data. */
  readonly data?: string | z.ZodType;
}

/** An answer that isn't an object with ret. */
export interface PlainForm {
  readonly plain: string;
  readonly type: "text/plain" | "application/json";
}

/** Calls beside the eleven, which http.also turns on. */
export const GROUPS = ["management", "gateway", "im_http_service"] as const;
export type Group = (typeof GROUPS)[number];

/** A path of an endpoint. */
export interface Path {
  readonly path: string;
  /** Absent: it is always served. Bodies through the gateway may be gzipped. */
  readonly group?: Group;
  /** Absent: the endpoint's. */
  readonly success?: PlainForm;
}

/** An address as the call names it. */
export interface NamedAddress {
  /** An id, or id@host. */
  readonly id: string;
  /** The host that a bare id means; absent: the default host. */
  readonly host?: string | undefined;
}

/** In whose name a call acts and which rooms it manages: checked against the caller's policy. */
export interface CallScope {
  readonly senders: readonly NamedAddress[];
  readonly rooms: readonly NamedAddress[];
}

/** The program that calls. */
export interface Client {
  /** Its network address. */
  readonly address: string;
  /** Whether it may send to everybody. */
  readonly mayTellEveryone: boolean;
}

/** A field of the arguments: how it is read, and what it means. */
export interface Field extends Translated {
  readonly type: z.ZodType;
}
export type Fields = Readonly<Record<string, Field>>;
/** The object of these fields. */
export type ObjectOf<F extends Fields> = z.ZodObject<{ -readonly [K in keyof F]: F[K]["type"] }>;

/** What endpoints and their declarations have in common. `S` reads the arguments. */
interface Common<S extends z.ZodType> {
  /** Its label in metrics and its name in callers' policies. */
  readonly name: string;
  readonly paths: readonly [Path, ...Path[]];
  /** As documented. A GET's arguments are its query's parameters, a POST's are its JSON body. */
  readonly method: "GET" | "POST";
  /** A GET that may also be posted, with its arguments in the query or in a JSON body. */
  readonly toleratesPost?: true;
  /** One line for documents. */
  readonly summary: Translated;
  readonly success: SuccessForm;
  /** The answer if nothing was found (errcode 4) and it isn't that of every failure. */
  readonly notFound?: (errmsg: string) => object;
  scope(call: z.output<S>): CallScope;
  /**
   * Checks each item of the list by itself: a refusal replaces an item that the caller may not send.
   * @returns undefined if nothing is left to be sent
   */
  judgeEach?(call: z.output<S>, refuse: (scope: CallScope) => Refusal | undefined): z.output<S> | undefined;
  run(context: OperationContext, call: z.output<S>, client: Client): Promise<CallResult | Refusal>;
}

interface Declaration<F extends Fields, S extends z.ZodType> extends Common<S> {
  /** Others are noted in the log and ignored. */
  readonly fields: F;
  /** Arguments to try the call with. */
  readonly example: z.input<S>;
}

export interface Endpoint extends Common<z.ZodType> {
  readonly request: z.ZodType;
  /** The list that the arguments hold: it is counted before anything in it is read. */
  readonly list: ListLimit | undefined;
  readonly example: object;
}

/** A call whose arguments are one object. Its types are checked here, so that all endpoints fit into one list. */
export function endpoint<F extends Fields>(declaration: Declaration<F, ObjectOf<F>>): Endpoint {
  const { fields, example, ...common } = declaration;
  const request = objectOf(fields);
  return { ...common, request, example, list: listIn(request, fields) };
}

/** A call whose arguments are a list of such objects: `list` makes its schema. */
export function listEndpoint<F extends Fields, S extends z.ZodType>(
  declaration: Declaration<F, S> & { readonly list: (one: ObjectOf<F>) => S },
): Endpoint {
  const { fields, list, example, ...common } = declaration;
  const request = list(objectOf(fields));
  return { ...common, request, example: example as object, list: listIn(request, fields) };
}

function objectOf<F extends Fields>(fields: F): ObjectOf<F> {
  const types = Object.entries(fields).map(([name, { type, en, zh }]) => [
    name,
    type.meta({ description: en, zh }),
  ]);
  return z.object(Object.fromEntries(types) as object) as unknown as ObjectOf<F>;
}

/** The call itself, or the first of its fields that is a list. */
function listIn(request: z.ZodType, fields: Fields): ListLimit | undefined {
  const limit = limitOf(request);
  if (limit !== undefined) return { limit };
  for (const [field, { type }] of Object.entries(fields)) {
    const limit = limitOf(type);
    if (limit !== undefined) return { field, limit };
  }
  return undefined;
}

/** An endpoint at one of its paths. */
export interface Route extends Omit<Endpoint, "paths"> {
  /** What documents call it: each path has an id of its own. */
  readonly id: string;
  readonly path: string;
  readonly group: Group | undefined;
}

/** Their paths, those of groups if these are turned on. */
export function routesOf(endpoints: readonly Endpoint[], also: readonly Group[] = GROUPS): Route[] {
  return endpoints.flatMap(({ paths, ...rest }) =>
    paths
      .filter(({ group }) => group === undefined || also.includes(group))
      .map(({ path, group, success = rest.success }) => ({
        ...rest,
        id: idOf(path, group),
        path,
        group,
        success,
      })),
  );
}

function idOf(path: string, group: Group | undefined): string {
  const last = path.slice(path.lastIndexOf("/") + 1).replace(/\W.*/, "");
  return group === undefined ? last : `${group}_${last}`;
}
