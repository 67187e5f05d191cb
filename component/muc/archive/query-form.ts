import { wordsOf } from "../../../storage/text-search.js";
import { Jid } from "../../addresses/address.js";
import type { Element } from "../../xml/builder.js";
import { formIn, parseForm, type FormField, type Submitted } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import { roomError } from "../wire/replies.js";
import { parsePage } from "../wire/lists.js";

const FULLTEXT = `{${MUC.fulltext}}fulltext`;
/** The form field for full-text search in ejabberd. */
const OLD_FULLTEXT = "withtext";

/** The form fields that the archive declares. */
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
/** The limit for the query's id, in characters. Every result repeats the id. */
const MAX_QUERY_ID = 256;
const MAX_IDS = 100;
const MAX_TEXT = 256;
const MAX_WORDS = 10;

/** Parses a query of a room's archive (XEP-0313 §4). @throws StanzaError if it is refused */
export function parseQuery(room: Jid, payload: Element) {
  const malformed = roomError(room, "bad-request", "This archive query is malformed.");
  const form = formIn(payload);
  const submitted = form && parseForm(form, MUC.mam);
  const page = parsePage(payload);
  if ((payload.attrs.queryid ?? "").length > MAX_QUERY_ID) throw malformed;
  if (page === undefined || (form !== undefined && submitted?.type !== "submit")) throw malformed;
  const fields = submitted?.fields ?? new Map<string, readonly string[]>();
  if ([...fields.keys()].some((name) => !KNOWN.has(name))) {
    const unknown = "The query has a field that this archive doesn't support.";
    throw roomError(room, "feature-not-implemented", unknown);
  }
  const start = timeIn(fields.get("start"));
  const end = timeIn(fields.get("end"));
  const address = fields.get("with")?.[0];
  const jid = address === undefined ? undefined : Jid.parse(address);
  const ids = fields.get("ids");
  if (Number.isNaN(start) || Number.isNaN(end) || (address !== undefined && jid === undefined))
    throw malformed;
  if (ids !== undefined && (ids.length === 0 || ids.length > MAX_IDS)) throw malformed;
  const words = wordsIn(fields);
  if (words === undefined)
    throw roomError(room, "bad-request", `${FULLTEXT}: too many words, or too long a text.`);
  return {
    /** The requested period. */
    filter: {
      after: start === undefined ? 0 : start * 1000 - 1,
      before: end === undefined ? Number.MAX_SAFE_INTEGER : end * 1000 + 1000,
    },
    /** The requested messages' ids; undefined if the query is for a range. */
    ids,
    /** The results lie between these ids. The query fails if one of them isn't in the archive. */
    bounds: { after: fields.get("after-id")?.[0], before: fields.get("before-id")?.[0] },
    /** The sender's address in the room or real address; undefined for all senders. */
    with: jid,
    /** The words that a message must contain; empty for all messages. */
    words,
    page,
    /** Whether the page is sent newest first. */
    flipped: payload.getChild("flip-page") !== undefined,
  };
}

/** Returns the words to search for; undefined if they are too many or too long. */
function wordsIn(fields: Submitted["fields"]): string[] | undefined {
  const texts = [...(fields.get(FULLTEXT) ?? []), ...(fields.get(OLD_FULLTEXT) ?? [])];
  const text = texts.join(" ");
  const words = text.length > MAX_TEXT ? [] : wordsOf(text);
  return text.length > MAX_TEXT || words.length > MAX_WORDS ? undefined : words;
}

/** Parses a time of the form. @returns milliseconds since 1970; NaN if the text isn't a time */
function timeIn(values: readonly string[] | undefined): number | undefined {
  return values === undefined ? undefined : Date.parse(values[0] ?? "");
}
