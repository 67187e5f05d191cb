/** Entity capabilities (XEP-0115 §5.1): the verification hash of disco#info, which clients cache. */
import { hash } from "node:crypto";
import type { FormField } from "./data-form.js";

/** An entity's disco#info (XEP-0030 §3.1). */
export interface DiscoInfo {
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
  /** Extended information (XEP-0128): one form of each type. */
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
  /** FORM_TYPE, not repeated in the fields. */
  readonly type: string;
  readonly fields: readonly FormField[];
}

/** The text to hash. */
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

/** The sorted fields: each name, then its sorted values. */
function partsOf(fields: readonly FormField[]): string[] {
  const byName = new Map(fields.map(({ name, values }) => [name, values]));
  return inOrder([...byName.keys()]).flatMap((name) => [name, ...inOrder(byName.get(name) ?? [])]);
}

/** Sorts by the collation i;octet (RFC 4790 §9.3), which equals UTF-16 order unless there are surrogates. */
function inOrder(texts: readonly string[]): readonly string[] {
  if (!SURROGATE.test(texts.join(""))) return [...texts].sort();
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

const SURROGATE = /[\ud800-\udfff]/;
