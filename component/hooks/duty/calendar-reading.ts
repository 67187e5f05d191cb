/** Reads calendars in a thread of their own, one after another, within a time and a memory. */
import { Worker } from "node:worker_threads";
import { Concurrency } from "../../limits/concurrency.js";
import type { CalendarQuestion } from "./calendar.js";
import { calendarFaults } from "./calendar-faults.js";
import type { CalendarShifts } from "./calendar-people.js";
import { settled, type Settled } from "../../settled.js";

/** How long the reading of a calendar may take, in milliseconds, and the memory that it may use, in megabytes. */
const LIMITS = { ms: 10_000, memory: 96 };

/** One thread runs at a time, as the memory of each comes on top; as many calendars wait for it as fit into it. */
const threads = new Concurrency(1, 10);

/** Whether so many calendars wait to be read that another one had better come later. */
export function isReadingBusy(): boolean {
  return threads.isFull;
}

/** What the thread is asked: `people` are the roster's, who may be named by what stands in front of "@". */
export interface ThreadQuestion extends CalendarQuestion {
  readonly people: readonly string[];
}

/** Returns who is on duty by a calendar, or why it can't be used. @param ms how long it may take */
export function readInThread(question: ThreadQuestion, ms = LIMITS.ms): Settled<CalendarShifts> {
  return settled(
    () => threads.run(() => readBy(ms, question)),
    (error) => ({ fault: calendarFaults.unread(String(error)) }),
  );
}

async function readBy(ms: number, question: ThreadQuestion): Promise<CalendarShifts> {
  const worker = new Worker(new URL("./calendar-thread.js", import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.memory },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<CalendarShifts>((resolve) => {
      timer = setTimeout(() => resolve({ fault: calendarFaults.slow(ms / 1000) }), ms);
      worker.once("message", (answer: CalendarShifts) => resolve(answer));
      worker.once("error", ({ message }) => resolve({ fault: calendarFaults.unread(message) }));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
