/** Stanzas that were set aside: which there are and why, putting them back into the queue, deleting them. */
import { counted } from "../counted.js";
import { z } from "zod";
import type { DeadLetter } from "../../storage/dead-letters.js";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";
import { operation } from "./operation.js";
import { pageOf, type Page, type PageWanted } from "./page.js";

export interface ShownLetter extends DeadLetter {
  /** The request's id of the call that it came with; undefined where that is known no more. */
  readonly request: string | undefined;
}

/** The most in one request. */
const MOST_LETTERS = 200;

const call = z.strictObject({ ids: z.array(z.int().min(1)).min(1).max(MOST_LETTERS) });

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
export const retryDeadLetters = operation({
  call,
  run: (context, { ids }) =>
    withEach(context, ids, (id) => context.records.deadLetters.retry(id), "put back into the queue"),
});

/** Deletes them for good. */
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
  if (worked.length === 0) return new Refusal(Errcode.notFound, "ids: no stanza of these is set aside");
  const many = `${counted(worked.length, "stanza")} that ${worked.length === 1 ? "was" : "were"}`;
  return noteDone(context, `${many} set aside: ${done} (${worked.join(", ")}).`);
}
