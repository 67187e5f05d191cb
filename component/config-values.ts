/** Schemas of values that occur in several sections of the configuration. */
import { z } from "zod";
import { Jid } from "./address.js";

export const domain = z
  .string()
  .refine(
    (text) => Jid.of(undefined, text) !== undefined,
    "must be a domain name, such as conference.example.org",
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

/** Returns the schema of an integer. @param min the minimum @param preset the default */
export const count = (min: number, preset: number): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(min).default(preset);
