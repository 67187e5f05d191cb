/** Computes the verification hash of disco#info for entity capabilities (XEP-0115 §5.1). */
import { hash } from "node:crypto";
import type { FormField } from "./data-form.js";

/** An entity's disco#info (XEP-0030 §3.1). */
export interface DiscoInfo {
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
  /** Extended information (XEP-0128): at most one form of each type. */
  readonly forms: readonly InfoForm[];
}

/** An identity in disco#info. */
export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
  /** The language of the name, as a tag such as zh-CN. */
  readonly language?: string;
}

/** A form in disco#info. */
export interface InfoForm {
  /** The FORM_TYPE, which `fields` doesn't contain. */
  readonly type: string;
  readonly fields: readonly FormField[];
}

/** Returns the text from which the verification hash is computed. */
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

/** Returns the verification hash of a text: SHA-1 in base64. */
export function verificationOf(text: string): string {
  return hash("sha1", text, "base64");
}

/** Returns a form's part of the text: the fields sorted by name, each with its name and sorted values. */
function partsOf(fields: readonly FormField[]): string[] {
  const byName = new Map(fields.map(({ name, values }) => [name, values]));
  return inOrder([...byName.keys()]).flatMap((name) => [name, ...inOrder(byName.get(name) ?? [])]);
}

/** Sorts texts by their bytes in UTF-8 (RFC 4790 §9.3). Without surrogates, JavaScript's own order is the same. */
function inOrder(texts: readonly string[]): readonly string[] {
  if (!SURROGATE.test(texts.join(""))) return [...texts].sort();
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

const SURROGATE = /[\ud800-\udfff]/;
