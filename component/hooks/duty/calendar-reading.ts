/** Reads calendars in a thread of their own, within a time and a memory, and finds who is meant by their events. */
import { Worker } from "node:worker_threads";
import type { Shift } from "../../../storage/duty-store.js";
import { isAccount, Jid } from "../../addresses/address.js";
import type { CalendarAnswer, CalendarQuestion } from "./calendar.js";
import { settled, type Settled } from "../../settled.js";

/** How long the reading of a calendar may take, in milliseconds, and the memory that it may use, in megabytes. */
const LIMITS = { ms: 10_000, memory: 96 };
/** How many titles a message names. */
const NAMED = 3;

/** Returns what a calendar says, or why it can't be read, as the end of a sentence about it. @param ms how long it may take */
export function readInThread(question: CalendarQuestion, ms = LIMITS.ms): Settled<CalendarAnswer> {
  return settled(
    () => readBy(ms, question),
    (error) => ({ fault: `it could not be read (${String(error)})` }),
  );
}

async function readBy(ms: number, question: CalendarQuestion): Promise<CalendarAnswer> {
  const worker = new Worker(new URL("./calendar-thread.js", import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.memory },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<CalendarAnswer>((resolve) => {
      timer = setTimeout(
        () => resolve({ fault: `its repetitions could not be computed within ${ms / 1000} s` }),
        ms,
      );
      worker.once("message", (answer: CalendarAnswer) => resolve(answer));
      worker.once("error", ({ message }) => resolve({ fault: `it could not be read (${message})` }));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/**
 * Returns the shifts of a calendar.
 * @param people the roster's people, who may be named by what stands in front of "@"
 * @returns why it can't be used, as the end of a sentence about it
 */
export function shiftsIn(answer: CalendarAnswer, people: readonly string[]): readonly Shift[] | string {
  if ("fault" in answer) return answer.fault;
  const shifts: Shift[] = [];
  const unknown = new Set<string>();
  for (const { starts, ends, who } of answer.occurrences) {
    const person = personIn(who, people);
    if (person === undefined) unknown.add(who.at(-1) ?? "");
    else shifts.push({ starts, ends, person });
  }
  if (shifts.length > 0) return shifts;
  if (unknown.size === 0) return "it has no events in the coming two months";
  const titles = [...unknown].slice(0, NAMED).map((title) => JSON.stringify(title.slice(0, 40)));
  return `it has events, but names nobody: ${titles.join(", ")}. Write the person's address into the title, or name the people with --people`;
}

/** Returns who is meant: one of the roster's people, or else an address. */
function personIn(who: readonly string[], people: readonly string[]): string | undefined {
  const known = new Map(people.flatMap((jid) => [[jid, jid] as const, [localOf(jid), jid] as const]));
  for (const text of who) {
    const words = [text, localOf(text), ...text.split(/[^\p{L}\p{N}._-]+/u)];
    const found = words.map((word) => known.get(word.toLowerCase())).find((jid) => jid !== undefined);
    if (found !== undefined) return found;
  }
  const jids = who.map((text) => Jid.parse(text)?.bare);
  return jids.find((jid) => jid !== undefined && isAccount(jid))?.text;
}

function localOf(jid: string): string {
  return jid.split("@", 1)[0] ?? "";
}
