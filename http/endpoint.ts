/** Types and helpers for declaring endpoints. Each is declared once, in its own file. */
import { z } from "zod";
import type { Translated } from "../component/language.js";
import type { OperationContext } from "../component/operations/context.js";
import type { DeliveryStatus } from "../component/outbox/outbox.js";
import type { Refusal } from "../component/refusal.js";
import type { ListLimit } from "../component/operations/limits.js";
import { limitOf } from "./endpoints/common/fields.js";

/** The result of a call; a DeliveryStatus is one. */
export interface CallResult {
  /** The header X-QTalk-Delivery; set if stanzas were accepted. */
  readonly delivery?: DeliveryStatus["delivery"];
  /** The response's data, if the endpoint's success form has a schema for it. */
  readonly data?: unknown;
}

/** The documented response to a successful call. */
export type SuccessForm = ObjectForm | PlainForm;

export interface ObjectForm {
  /** "0" in some calls; absent: the number 0. */
  readonly errcode?: "0";
  readonly errmsg: string;
  /** A constant, or the schema of the result; absent: the response has no data. */
  readonly data?: string | z.ZodType;
}

/** A response that isn't an object with `ret`. */
export interface PlainForm {
  readonly plain: string;
  readonly type: "text/plain" | "application/json";
}

/** Additional groups of calls, which http.also turns on. */
export const GROUPS = ["management", "gateway", "im_http_service"] as const;
export type Group = (typeof GROUPS)[number];

/** A path of an endpoint. */
export interface Path {
  readonly path: string;
  /** Absent: always served. Bodies of the gateway's calls may be gzipped. */
  readonly group?: Group;
  /** Absent: the endpoint's. */
  readonly success?: PlainForm;
}

/** An address in a call. */
export interface NamedAddress {
  /** An id, or id@host. */
  readonly id: string;
  /** The host of a bare id; absent: the default host. */
  readonly host?: string | undefined;
}

/** The senders that a call acts as and the rooms that it manages, for the caller's permissions. */
export interface CallScope {
  readonly senders: readonly NamedAddress[];
  readonly rooms: readonly NamedAddress[];
}

/** The calling program. */
export interface Client {
  /** Its network address. */
  readonly address: string;
  /** Whether it may send to everybody in the directory. */
  readonly maySendToEveryone: boolean;
}

/** A field of the arguments with its type and description. */
export interface Field extends Translated {
  readonly type: z.ZodType;
}
export type Fields = Readonly<Record<string, Field>>;
/** The schema of an object with these fields. */
export type ObjectOf<F extends Fields> = z.ZodObject<{ -readonly [K in keyof F]: F[K]["type"] }>;

/** The common part of endpoints and their declarations. `S` is the schema of the arguments. */
interface Common<S extends z.ZodType> {
  /** Its name in metrics, the log and http.callers. */
  readonly name: string;
  readonly paths: readonly [Path, ...Path[]];
  /** A GET's arguments are its query parameters, a POST's its JSON body. */
  readonly method: "GET" | "POST";
  /** Whether a GET may also be a POST, with its arguments in the query or a JSON body. */
  readonly toleratesPost?: true;
  /** One line, for the documentation. */
  readonly summary: Translated;
  readonly success: SuccessForm;
  /** The response for errcode 4, if it differs from that of other failures. */
  readonly notFound?: (errmsg: string) => object;
  scope(call: z.output<S>): CallScope;
  /**
   * Checks each item of the list; a refusal replaces an item that the caller may not send.
   * @returns undefined if no item is left
   */
  judgeEach?(call: z.output<S>, refuse: (scope: CallScope) => Refusal | undefined): z.output<S> | undefined;
  run(context: OperationContext, call: z.output<S>, client: Client): Promise<CallResult | Refusal>;
}

interface Declaration<F extends Fields, S extends z.ZodType> extends Common<S> {
  /** Other fields are ignored, and logged at level debug. */
  readonly fields: F;
  /** Example arguments for the documentation. */
  readonly example: z.input<S>;
}

export interface Endpoint extends Common<z.ZodType> {
  readonly request: z.ZodType;
  /** The list in the arguments, whose length is checked before its items are parsed. */
  readonly list: ListLimit | undefined;
  readonly example: object;
}

/** Declares a call whose arguments are one object, checking its types, so that all endpoints fit into one list. */
export function endpoint<F extends Fields>(declaration: Declaration<F, ObjectOf<F>>): Endpoint {
  const { fields, example, ...common } = declaration;
  const request = objectOf(fields);
  return { ...common, request, example, list: listIn(request, fields) };
}

/** Declares a call whose arguments are a list of objects: `list` makes its schema. */
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

/** The limit of the arguments if they are a list, or of their first field that is one. */
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
  /** The operationId in OpenAPI, unique for each path. */
  readonly id: string;
  readonly path: string;
  readonly group: Group | undefined;
}

/** The routes of endpoints; paths of groups only if the groups are turned on. */
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
