/**
 * The documentation of the formats of incoming webhooks: the first document of each file http/docs/formats/NAME.yml. The
 * second one has posts, and what their messages say, for the format's tests.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { HookFault } from "../../component/hooks/fault.js";
import type { Format, Payload } from "../../component/hooks/formats/format.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { mapInSlices } from "../../component/limits/meter.js";
import { ownProperty } from "../../component/own-property.js";
import { postContentOf, payloadOf } from "../hooks/payload.js";
import { fileAt } from "./pages.js";

const words = z.strictObject({
  title: z.string(),
  /** Which programs post in this format. */
  about: z.string(),
  /** Where to enter the hook's address in these programs. */
  where: z.string(),
  /** What message results from a post. */
  becomes: z.string(),
});

const documented = z.strictObject({
  en: words,
  zh: words,
  /** A command that creates a hook of this format. */
  command: z.string(),
  /** An example of the program's configuration, if the configuration is a text. */
  setting: z.string().optional(),
  /** Programs that post in this format, and what to enter in each. */
  programs: z
    .array(
      z.strictObject({ name: z.string(), en: z.string(), zh: z.string(), setting: z.string().optional() }),
    )
    .default([]),
  /** A post of the product, which `hook test` sends. */
  sample: z.strictObject({ headers: z.record(z.string(), z.string()), body: z.string() }),
});

export type DocumentedFormat = z.output<typeof documented>;

/** What was read, by the format's name. */
const known = new Map<string, DocumentedFormat>();

export function documentationOf({ name }: Pick<Format, "name">): DocumentedFormat {
  const read = known.get(name);
  if (read !== undefined) return read;
  const [documentation = ""] = readFileSync(fileAt(`docs/formats/${name}.yml`), "utf8").split("\n---\n");
  const made = documented.parse(parse(documentation));
  known.set(name, made);
  return made;
}

/** Reads the documentation of all formats in slices: many pages have a part of each, and anybody may ask for them. */
export async function readDocumentation(): Promise<void> {
  await mapInSlices(FORMATS, documentationOf);
}

export function samplePayload(format: Pick<Format, "name">): Payload | HookFault {
  const { headers, body } = documentationOf(format).sample;
  // A sample that is a mail has plain headers and text.
  const [, subject = "", text = ""] = /^Subject: (.*)\n\n([^]*)$/m.exec(body) ?? [];
  const mail = { mail: { mail: { subject, text } } };
  const content = { ...postContentOf(headers, Buffer.from(body)), ...(format.name === "mail" && mail) };
  return payloadOf(headers, content, format.name === "text");
}

/**
 * Returns the variables of a format's templates, each with the fields of the objects if the variable is a list. A list
 * that is empty in the format's sample is like that of another format.
 */
export async function variablesOf(
  format: Format,
): Promise<readonly (readonly [name: string, fields: readonly string[]])[]> {
  const views = await mapInSlices(FORMATS, sampleView);
  return Object.keys(sampleView(format)).map((name) => {
    const lists = views.map((view) => ownProperty(view, name)).filter((value) => Array.isArray(value));
    const first: unknown = lists.flat().find((item) => typeof item === "object");
    return [name, Object.keys(first ?? {})];
  });
}

/** Returns the variables that a format's sample makes. */
function sampleView(format: Format): Readonly<Record<string, unknown>> {
  const payload = samplePayload(format);
  const parsed = payload instanceof HookFault ? payload : format.read(payload);
  if (parsed instanceof HookFault) throw new Error(`${format.name}.yml: ${parsed.message}`);
  return parsed.view as Readonly<Record<string, unknown>>;
}
