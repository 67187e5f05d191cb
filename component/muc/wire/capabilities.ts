/** The hash that stands for what an entity says of itself (XEP-0115 §5.1): clients that know it need not ask. */
import { hash } from "node:crypto";
import type { FormField } from "./data-form.js";

/** What an entity says of itself (XEP-0030 §3.1). */
export interface DiscoInfo {
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
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

/** What is hashed. */
export function verificationText({ identities, features, forms }: DiscoInfo): string {
  const named = identities.map(
    ({ category, type, language = "", name }) => `${category}/${type}/${language}/${name}`,
  );
  const byType = new Map(forms.map(({ type, fields }) => [type, fields]));
  const parts = [
    ...inOrder(named),
    ...inOrder(features),
    ...inOrder([...byType.keys()]).flatMap((type) => [type, ...partsOf(byType.get(type) ?? [])]),
  ];
  return parts.map((part) => `${part}<`).join("");
}

/** @returns SHA-1 in base64 */
export function verificationOf(text: string): string {
  return hash("sha1", text, "base64");
}

/** Each field's name and its values. */
function partsOf(fields: readonly FormField[]): string[] {
  const byName = new Map(fields.map(({ name, values }) => [name, values]));
  return inOrder([...byName.keys()]).flatMap((name) => [name, ...inOrder(byName.get(name) ?? [])]);
}

/** By the collation i;octet (RFC 4790 §9.3), which is the order of UTF-16 where there are no surrogates. */
function inOrder(texts: readonly string[]): readonly string[] {
  if (!SURROGATE.test(texts.join(""))) return [...texts].sort();
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

const SURROGATE = /[\ud800-\udfff]/;
