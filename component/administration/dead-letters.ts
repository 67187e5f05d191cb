/** Stanzas that were set aside: which there are and why, putting them back into the queue, deleting them. */
import type { DeadLetter } from "../../storage/dead-letters.js";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";
import { pageOf, type Page, type PageWanted } from "./page.js";

export interface ShownLetter extends DeadLetter {
  /** The request's id of the call that it came with; undefined where that is known no more. */
  readonly request: string | undefined;
}

/** Which letters. */
export interface LettersCall {
  readonly ids: readonly number[];
}

/** A page of them, the oldest first; their ids are the keys. */
export function listDeadLetters(
  { records: { deadLetters, calls } }: AdministrationContext,
  { after, limit }: PageWanted,
): Page<ShownLetter> {
  const letters = deadLetters.listAfter(Number(after), limit + 1);
  const { entries, next } = pageOf(letters, limit, ({ id }) => String(id));
  const requestOf = (seq = -1): string | undefined => calls.callOf(seq)?.request;
  return { entries: entries.map((letter) => ({ ...letter, request: requestOf(letter.seq) })), next };
}

/** Puts them at the end of the queue. */
export function retryDeadLetters(context: AdministrationContext, call: LettersCall): Promise<Done | Refusal> {
  return withEach(context, call, (id) => context.records.deadLetters.retry(id), "put back into the queue");
}

/** Deletes them for good. */
export function dropDeadLetters(context: AdministrationContext, call: LettersCall): Promise<Done | Refusal> {
  return withEach(context, call, (id) => context.records.deadLetters.drop(id), "deleted");
}

async function withEach(
  context: AdministrationContext,
  { ids }: LettersCall,
  work: (id: number) => boolean,
  done: string,
): Promise<Done | Refusal> {
  const worked = await context.commit.run(() => ids.filter((id) => work(id)));
  if (worked.length === 0) return new Refusal(Errcode.notFound, "ids: no stanza of these is set aside");
  const many = worked.length === 1 ? "1 stanza that was" : `${worked.length} stanzas that were`;
  return noteDone(context, `${many} set aside: ${done} (${worked.join(", ")}).`);
}
