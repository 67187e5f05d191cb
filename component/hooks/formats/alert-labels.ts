/** The labels of alerts: which are shown, and how. */
import { labelsIn, type Fields, type Label } from "./fields.js";

/** The labels that are never shown, because they appear elsewhere in the message or are internal to the product. */
const HIDDEN = /^(?:alertname|severity|rulename|datasource_uid|ref_id|uid|__.*)$/;
/** The labels that are shown only if alerts differ in no others. */
const MINOR = /^(?:endpoint|prometheus|service|container|job|grafana_folder)$/;

/** The shortest values that readers recognise in a text. */
const LEAST_SAID = 3;

export function isMajor({ name }: Label): boolean {
  return !HIDDEN.test(name) && !MINOR.test(name);
}

export function isMinor({ name }: Label): boolean {
  return MINOR.test(name);
}

/** Returns the labels that fit into `width` characters, without empty ones. */
export function fitting(labels: Fields, isWanted: (label: Label) => boolean, width: number): Label[] {
  let left = width;
  return labelsIn(labels, isWanted).filter((label) => {
    const { length } = labelText(label);
    const isFitting = label.value !== "" && length <= left;
    if (isFitting) left -= length + 3;
    return isFitting;
  });
}

/** Whether a text tells a label's value. */
export function isSaid({ value }: Label, text: string): boolean {
  return value.length >= LEAST_SAID && text.includes(value);
}

/** Returns a label's value, and its name if the value alone says nothing, such as "true" or "5". */
export function labelText({ name, value }: Label): string {
  const line = value.replace(/\s+/g, " ");
  return /\p{L}{2}/u.test(line) && !/^(?:true|false|yes|no|none|unknown)$/i.test(line)
    ? line
    : `${name}=${line}`;
}
