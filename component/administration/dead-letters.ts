/** Lists, retries and deletes dead letters: stanzas of the outbox that couldn't be sent. */
import { counted } from "../wording.js";
import { z } from "zod";
import type { DeadLetter } from "../../storage/dead-letters.js";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";
import { operation } from "./operation.js";
import { pageOf, type Page, type PageWanted } from "./page.js";

export interface ShownLetter extends DeadLetter {
  /** The request id of the call that the dead letter belongs to; undefined if unknown. */
  readonly request: string | undefined;
}

/** How many dead letters one request may name. */
const MOST_LETTERS = 200;

const call = z.strictObject({ ids: z.array(z.int().min(1)).min(1).max(MOST_LETTERS) });

/** Returns a page of dead letters, the oldest first. The key for paging is the id. */
export function listDeadLetters(
  { records: { deadLetters, calls } }: AdministrationContext,
  { after, limit }: PageWanted,
): Page<ShownLetter> {
  const letters = deadLetters.listAfter(Number(after), limit + 1);
  const { entries, next } = pageOf(letters, limit, ({ id }) => String(id));
  const requestOf = (rowId = -1): string | undefined => calls.callOf(rowId)?.request;
  return { entries: entries.map((letter) => ({ ...letter, request: requestOf(letter.rowId) })), next };
}

/** Puts dead letters at the end of the queue. */
export const retryDeadLetters = operation({
  call,
  run: (context, { ids }) =>
    withEach(context, ids, (id) => context.records.deadLetters.retry(id), "put back into the queue"),
});

/** Deletes dead letters permanently. */
export const dropDeadLetters = operation({
  call,
  run: (context, { ids }) => withEach(context, ids, (id) => context.records.deadLetters.drop(id), "deleted"),
});

async function withEach(
  context: AdministrationContext,
  ids: readonly number[],
  work: (id: number) => boolean,
  done: string,
): Promise<Done | Refusal> {
  const worked = await context.commit.run(() => ids.filter((id) => work(id)));
  if (worked.length === 0)
    return new Refusal(Errcode.notFound, "ids: there are no dead letters with these ids");
  const were = counted(worked.length, "dead letter was", "dead letters were");
  return noteDone(context, `${were} ${done} (${worked.join(", ")}).`);
}
