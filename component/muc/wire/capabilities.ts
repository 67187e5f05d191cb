/** The hash that stands for what an entity says of itself (XEP-0115 §5.1): clients that know it need not ask. */
import { hash } from "node:crypto";
import type { FormField } from "./data-form.js";

/** What an entity says of itself (XEP-0030 §3.1). */
export interface DiscoInfo {
  readonly identities: readonly Identity[];
  readonly features: Features;
  /** What else it says (XEP-0128): one form of each type. */
  readonly forms: readonly InfoForm[];
}

export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
  /** A language tag. */
  readonly language?: string;
}

export interface InfoForm {
  /** FORM_TYPE, which is none of the fields. */
  readonly type: string;
  readonly fields: readonly FormField[];
}

/** Features, in the order in which they are hashed: to be kept for all entities that have the same. */
export class Features {
  readonly names: readonly string[];
  readonly hashed: string;

  constructor(names: readonly string[]) {
    this.names = inOrder([...new Set(names)]);
    this.hashed = hashed(this.names);
  }
}

/** @returns SHA-1 in base64 */
export function verificationOf({ identities, features, forms }: DiscoInfo): string {
  const named = identities.map(
    ({ category, type, language = "", name }) => `${category}/${type}/${language}/${name}`,
  );
  let text = hashed(inOrder(named)) + features.hashed;
  const byType = new Map(forms.map(({ type, fields }) => [type, fields]));
  for (const type of inOrder([...byType.keys()])) text += `${type}<${hashedFields(byType.get(type) ?? [])}`;
  return hash("sha1", text, "base64");
}

/** Each field's name and its values. */
function hashedFields(fields: readonly FormField[]): string {
  const byName = new Map(fields.map(({ name, values }) => [name, values]));
  let text = "";
  for (const name of inOrder([...byName.keys()]))
    text += `${name}<${hashed(inOrder(byName.get(name) ?? []))}`;
  return text;
}

function hashed(parts: readonly string[]): string {
  let text = "";
  for (const part of parts) text += `${part}<`;
  return text;
}

/** By the collation i;octet (RFC 4790 §9.3), which is the order of UTF-16 where there are no surrogates. */
function inOrder(texts: readonly string[]): readonly string[] {
  if (texts.length < 2) return texts;
  if (!SURROGATE.test(texts.join(""))) return [...texts].sort();
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

const SURROGATE = /[\ud800-\udfff]/;
