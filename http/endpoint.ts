/** Types and functions for declaring endpoints. Each file in http/endpoints declares one. */
import { z } from "zod";
import type { Translated } from "../component/translated.js";
import { isSingle } from "../component/operations/batch.js";
import type { OperationContext } from "../component/operations/context.js";
import type { DeliveryStatus } from "../component/outbox/outbox.js";
import type { Refusal } from "../component/refusal.js";
import type { ListLimit } from "../component/operations/limits.js";
import { limitOf } from "./endpoints/common/fields.js";

export interface CallResult {
  /** The value of the header X-QTalk-Delivery; present if stanzas were accepted. */
  readonly delivery?: DeliveryStatus["delivery"];
  /** The value of `data` in the response, if the endpoint's ObjectForm has a schema for it. */
  readonly data?: unknown;
}

export type SuccessForm = ObjectForm | PlainForm;

/** A response with `ret`, `errcode`, `errmsg` and, in some calls, `data`. */
export interface ObjectForm {
  /** The errcode as a string, which some endpoints of QTalk return; absent: the number 0. */
  readonly errcode?: "0";
  readonly errmsg: string;
  /** The constant value of `data`, or its schema and its value in the response to the example; absent: no `data`. */
  readonly data?: string | { readonly schema: z.ZodType; readonly example: unknown };
}

export interface PlainForm {
  readonly plain: string;
  readonly type: "text/plain" | "application/json";
}

/** The groups of additional calls, which http.also turns on. */
export const GROUPS = ["management", "gateway", "im_http_service"] as const;
export type Group = (typeof GROUPS)[number];

export interface Path {
  readonly path: string;
  /** The group that turns the path on; absent: always on. The group `gateway` accepts gzipped bodies. */
  readonly group?: Group;
  /** The form of successful responses at this path; absent: the endpoint's form. */
  readonly success?: PlainForm;
}

/** An address of a user or room in the arguments of a call. */
export interface NamedAddress {
  /** The field that has it. */
  readonly field: string;
  /** The number of the item that has the field; absent if the call has no list. */
  readonly item?: number | undefined;
  /** A localpart, or `id@host`. */
  readonly id: string;
  /** The host, if `id` is only a localpart; absent: the default host. */
  readonly host?: string | undefined;
}

export function addressText({ id, host }: Omit<NamedAddress, "field" | "item">): string {
  return host === undefined || id.includes("@") ? id : `${id}@${host}`;
}

/** Marks the addresses of a list's item, as refusals name it. A value in place of a list isn't named. */
export function inItem(
  addresses: readonly NamedAddress[],
  list: readonly unknown[],
  item: number,
): readonly NamedAddress[] {
  return isSingle(list) ? addresses : addresses.map((address) => ({ ...address, item }));
}

/** The users in whose name a call acts and the rooms that it manages. The caller needs permission for all. */
export interface CallScope {
  readonly senders: readonly NamedAddress[];
  readonly rooms: readonly NamedAddress[];
}

export interface Client {
  readonly address: string;
  /** The refusal of messages to everybody; undefined if the program may send them. */
  readonly refuseEveryone: Refusal | undefined;
}

/** The schemas of the fields of an endpoint's arguments; field() describes each. */
export type CallFields = Readonly<Record<string, z.ZodType>>;
export type ObjectOf<F extends CallFields> = z.ZodObject<{ -readonly [K in keyof F]: F[K] }>;

/** The common part of an endpoint and its declaration. @typeParam S the schema of the arguments */
interface Common<S extends z.ZodType> {
  /** The endpoint's name in metrics, the log and http.callers. */
  readonly name: string;
  readonly paths: readonly [Path, ...Path[]];
  /** The HTTP method. With GET the arguments are in the query, with POST in a JSON body. */
  readonly method: "GET" | "POST";
  /** Whether an endpoint with GET also accepts POST, with arguments in the query or a JSON body. */
  readonly toleratesPost?: true;
  readonly summary: Translated;
  readonly success: SuccessForm;
  /** Returns the response with errcode 4 (not found), if its form differs from that of other failures. */
  readonly notFound?: (errmsg: string) => object;
  scope(call: z.output<S>): CallScope | Promise<CallScope>;
  /**
   * Replaces each item that the caller may not send, as `refuse` tells, with a refusal.
   * @returns the changed arguments; undefined if every item was refused
   */
  judgeEach?(call: z.output<S>, refuse: (scope: CallScope) => Refusal | undefined): z.output<S> | undefined;
  run(
    context: OperationContext,
    call: z.output<S>,
    client: Client,
  ): CallResult | Refusal | Promise<CallResult | Refusal>;
}

interface Declaration<F extends CallFields, S extends z.ZodType> extends Common<S> {
  /** The fields of the arguments. Other fields in a request are ignored, and logged at level debug. */
  readonly fields: F;
  readonly example: z.input<S>;
}

export interface Endpoint extends Common<z.ZodType> {
  readonly request: z.ZodType;
  /** The list in the arguments, whose length is checked before its items are parsed. */
  readonly list: ListLimit | undefined;
  readonly example: object;
}

export function endpoint<F extends CallFields>(declaration: Declaration<F, ObjectOf<F>>): Endpoint {
  return listEndpoint<F, ObjectOf<F>>({ ...declaration, list: (one) => one });
}

/** Declares an endpoint whose arguments are a list of objects. `list` makes the schema of the list. */
export function listEndpoint<F extends CallFields, S extends z.ZodType>(
  declaration: Declaration<F, S> & { readonly list: (one: ObjectOf<F>) => S },
): Endpoint {
  const { fields, list, example, ...common } = declaration;
  const request = list(z.object(fields));
  return { ...common, request, example: example as object, list: listIn(request, fields) };
}

/** Returns the list in an endpoint's arguments: the arguments themselves, or the first list in them. */
function listIn(request: z.ZodType, fields: CallFields): ListLimit | undefined {
  const limit = limitOf(request);
  if (limit !== undefined) return { limit };
  for (const [field, schema] of Object.entries(fields)) {
    const limit = limitOf(schema);
    if (limit !== undefined) return { field, limit };
  }
  return undefined;
}

export interface Route extends Omit<Endpoint, "paths"> {
  /** The operationId in OpenAPI, unique for each path. */
  readonly id: string;
  readonly path: string;
  readonly group: Group | undefined;
}

/** Returns a route for each path that has no group or one of the groups `also`; absent: all groups. */
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
