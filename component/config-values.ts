/** Schemas of values that occur in several sections of the configuration. */
import { z } from "zod";
import { Jid } from "./addresses/address.js";

export const domain = z
  .string()
  .refine(
    (text) => Jid.of(undefined, text) !== undefined,
    "must be a domain name, such as groups.example.org",
  )
  .transform((text) => Jid.of(undefined, text)?.domain ?? text);

export const account = z
  .string()
  .refine(
    (text) => Jid.parse(text)?.text === Jid.parse(text)?.bare.text && Jid.parse(text)?.local !== undefined,
    "must be an account's address, such as admin@example.org",
  )
  .transform((text) => Jid.parse(text)?.text ?? text);

const link = z
  .string()
  .regex(
    /^(?:mailto|xmpp|https?):\S+$/,
    "must be a link, such as mailto:admin@example.org, xmpp:admin@example.org or https://example.org/help",
  );

export const contactConfig = z
  .partialRecord(
    z.enum(["abuse", "admin", "feedback", "sales", "security", "status", "support"]),
    z.array(link),
  )
  .default({})
  .describe(
    "contact addresses of the service, which clients show, such as {admin: [mailto:admin@example.org]}",
  );

/** Returns the schema of a number. @param preset the default @param max the maximum, if there is one */
export function amount(min: number, preset: number, max?: number): z.ZodDefault<z.ZodNumber> {
  return within(z.number(), min, max).default(preset);
}

/** Returns the schema of an integer; the parameters are as in amount(). */
export function count(min: number, preset: number, max?: number): z.ZodDefault<z.ZodNumber> {
  return within(z.number().int(), min, max).default(preset);
}

function within(schema: z.ZodNumber, min: number, max: number | undefined): z.ZodNumber {
  return max === undefined ? schema.min(min) : schema.min(min).max(max);
}

/** Returns the schema of one of several words. @param preset the default */
export function oneOf<T extends string>(
  words: readonly T[],
  preset: NoInfer<T>,
): z.ZodDefault<z.ZodEnum<{ [K in T]: K }>> {
  return z.enum(words).default(preset);
}
