/** What operators ask of a running component: the administrators' operations by name, and what each is told. */
import { z } from "zod";
import { announce } from "../../component/administration/announce.js";
import { configureRoom } from "../../component/administration/configure-room.js";
import type { AdministrationContext, Done } from "../../component/administration/context.js";
import { destroyRoom } from "../../component/administration/destroy-room.js";
import { handOver } from "../../component/administration/hand-over.js";
import { kick } from "../../component/administration/kick.js";
import { makeRoom } from "../../component/administration/make-room.js";
import { purgeArchive } from "../../component/administration/purge-archive.js";
import { setAffiliation } from "../../component/administration/set-affiliation.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { validationMessage } from "../validation-message.js";

/** Reads what it is told, and does it. */
export type OperatorOperation = (context: AdministrationContext, told: unknown) => Promise<Done | Refusal>;

export function operation<S extends z.ZodType>(
  schema: S,
  run: (context: AdministrationContext, call: z.output<S>) => Promise<Done | Refusal>,
): OperatorOperation {
  return async (context, told) => {
    const { data, error } = schema.safeParse(told);
    if (error !== undefined) return new Refusal(Errcode.request, validationMessage(error, told));
    return await run(context, data);
  };
}

const text = z.string();
const fields = z
  .record(text, z.array(text))
  .default({})
  .transform((given) => new Map(Object.entries(given)));
const reason = text.optional();
const affiliation = z.enum(["owner", "admin", "member", "none", "outcast"]);

export const OPERATIONS = {
  make: operation(
    z.strictObject({
      room: text,
      owner: text,
      title: text.default(""),
      description: text.default(""),
      fields,
    }),
    makeRoom,
  ),
  set: operation(z.strictObject({ room: text, fields }), configureRoom),
  "hand-over": operation(z.strictObject({ room: text, owners: z.array(text) }), handOver),
  affiliation: operation(
    z.strictObject({ room: text, affiliation, users: z.array(text), reason }),
    setAffiliation,
  ),
  kick: operation(z.strictObject({ room: text, occupants: z.array(text), reason }), kick),
  announce: operation(z.strictObject({ room: text.optional(), text }), announce),
  purge: operation(z.strictObject({ room: text, before: text.default("") }), purgeArchive),
  destroy: operation(z.strictObject({ room: text, alternate: text.optional(), reason }), destroyRoom),
} as const satisfies Readonly<Record<string, OperatorOperation>>;

export type OperatorOperationName = keyof typeof OPERATIONS;
