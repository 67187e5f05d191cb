/** Parsing archive queries (XEP-0313 §4): the form and the page. */
import type { ArchiveFilter } from "../../../storage/rooms-archive-reads.js";
import { wordsOf } from "../../../storage/text-search.js";
import { Jid } from "../../address.js";
import type { Element } from "../../xml/builder.js";
import { formIn, parseForm, type FormField, type Submitted } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import { parsePage, type PageRequest } from "../wire/result-set.js";

export interface ArchiveQuery {
  readonly filter: ArchiveFilter;
  /** Single messages, instead of a range. */
  readonly ids: readonly string[] | undefined;
  /** Ids that must exist. */
  readonly bounds: { readonly after: string | undefined; readonly before: string | undefined };
  /** An occupant's address, or a real one if the reader may see it. */
  readonly with: Jid | undefined;
  readonly page: PageRequest;
  /** Words that the text must contain. */
  readonly words: readonly string[];
  /** Newest first within the page. */
  readonly flipped: boolean;
}

/** XEP-0431, and ejabberd's earlier name. */
export const FULLTEXT = `{${MUC.fulltext}}fulltext`;
const OLD_FULLTEXT = "withtext";

export const QUERY_FIELDS: readonly FormField[] = [
  { name: "with", type: "jid-single", values: [] },
  { name: "start", type: "text-single", values: [] },
  { name: "end", type: "text-single", values: [] },
  { name: "before-id", type: "text-single", values: [] },
  { name: "after-id", type: "text-single", values: [] },
  { name: FULLTEXT, type: "text-single", label: "Words in the text", values: [] },
  { name: "ids", type: "list-multi", values: [], isOpen: true },
];

const KNOWN: ReadonlySet<string> = new Set([...QUERY_FIELDS.map(({ name }) => name), OLD_FULLTEXT]);
/** The longest id of a query, in characters; every result repeats it. */
const MAX_QUERY_ID = 256;
const MAX_IDS = 100;
/** The longest text to search for, in characters, and the most words in it. */
const MAX_TEXT = 256;
const MAX_WORDS = 10;

/** The reason why a query can't be answered. */
export type QueryFault = "bad-request" | "feature-not-implemented" | "long-text";

export function parseQuery(payload: Element): ArchiveQuery | QueryFault {
  const form = formIn(payload);
  const submitted = form && parseForm(form, MUC.mam);
  const page = parsePage(payload);
  if ((payload.attrs.queryid ?? "").length > MAX_QUERY_ID) return "bad-request";
  if (page === undefined || (form !== undefined && submitted?.type !== "submit")) return "bad-request";
  const fields = submitted?.fields ?? new Map<string, readonly string[]>();
  if ([...fields.keys()].some((name) => !KNOWN.has(name))) return "feature-not-implemented";
  const start = timeIn(fields.get("start"));
  const end = timeIn(fields.get("end"));
  const address = fields.get("with")?.[0];
  const jid = address === undefined ? undefined : Jid.parse(address);
  const ids = fields.get("ids");
  if (Number.isNaN(start) || Number.isNaN(end) || (address !== undefined && jid === undefined))
    return "bad-request";
  if (ids !== undefined && (ids.length === 0 || ids.length > MAX_IDS)) return "bad-request";
  const words = wordsIn(fields);
  if (words === undefined) return "long-text";
  return {
    filter: {
      ...(start !== undefined && { after: start * 1000 - 1 }),
      ...(end !== undefined && { before: end * 1000 + 1000 }),
    },
    ids,
    bounds: { after: fields.get("after-id")?.[0], before: fields.get("before-id")?.[0] },
    with: jid,
    words,
    page,
    flipped: payload.getChild("flip-page") !== undefined,
  };
}

/** @returns undefined if there are too many words, or the text is too long */
function wordsIn(fields: Submitted["fields"]): string[] | undefined {
  const texts = [...(fields.get(FULLTEXT) ?? []), ...(fields.get(OLD_FULLTEXT) ?? [])];
  const text = texts.join(" ");
  const words = text.length > MAX_TEXT ? [] : wordsOf(text);
  return text.length > MAX_TEXT || words.length > MAX_WORDS ? undefined : words;
}

/** Milliseconds since 1970; NaN if the text is no time. */
function timeIn(values: readonly string[] | undefined): number | undefined {
  return values === undefined ? undefined : Date.parse(values[0] ?? "");
}
