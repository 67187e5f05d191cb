/**
 * The states of an alert, as a pure function: (alert, event, time) → (alert, effects). Nothing here reads a clock, a
 * database or the network.
 *
 * ```
 *            a person takes it                    the program, an operator
 *   open ───────────────────────▶ taken ──┐
 *     ▲ ◀──────────────────────────┘      ├──────────────────────────────▶ resolved
 *     │       the last taker drops it     │
 *     └───────────────────────────────────┘ a post, while the alert is silenced here
 * ```
 * A taker who is erased drops it, and a silence of theirs ends.
 *
 * Beside the state, an alert may be silenced until a time. What always holds:
 * - An alert that is taken, silenced or resolved has no step due. If it becomes open again, its steps start anew.
 * - Every step is made once in each run of the steps, in order.
 * - Every silence is said: that it began, or why it didn't, and its end.
 */

import { ERASED } from "../../../storage/erasure-store.js";
import type {
  Alert,
  AlertEvent,
  AlertPerson,
  Effect,
  AlertOutcome,
  Plan,
  Silence,
  State,
  StepMade,
  Taking,
} from "./alert-types.js";

/** How long a message of a step waits for a receipt, in milliseconds. */
export const RECEIPT_MS = 60_000;
/** After how many milliseconds without a post an open alert ends by itself. */
export const FORGOTTEN_MS = 30 * 24 * 3600_000;
/** The longest silence, in milliseconds. */
export const MAX_SILENCE_MS = 7 * 24 * 3600_000;
/** How many takers are remembered. */
const MAX_TAKERS = 8;
/** Stands in place of a person who is erased. */
const NOBODY: AlertPerson = { id: ERASED, name: ERASED };

/** Returns a new alert, and its first run of steps. */
export function opened(severity: string, at: number, plan: Plan): Alert {
  const alert: Alert = { severity, openedAt: at, postedAt: at, takers: [], unsaid: 0 };
  return started(alert, at, plan);
}

export function stateOf({ resolvedAt, takers }: Alert): State {
  return resolvedAt !== undefined ? "resolved" : takers.length > 0 ? "taken" : "open";
}

/** Whether posts about the alert are counted and not said. */
export function isMuted({ silence }: Alert, at: number): boolean {
  return silence !== undefined && silence.source === undefined && silence.until > at;
}

/** Whether the next post with the alert's key is about this alert, and not about a new one. */
export function isCurrent({ resolvedAt, silence }: Alert): boolean {
  return resolvedAt === undefined || (silence !== undefined && silence.source === undefined);
}

/** Returns when an alert ends by itself if no post about it comes. */
export function forgottenAt({ postedAt }: Pick<Alert, "postedAt">): number {
  return postedAt + FORGOTTEN_MS;
}

/** Returns when something is due by itself; undefined: never. */
export function alertDueAt(alert: Alert, plan: Plan): number | undefined {
  const { silence, resolvedAt } = alert;
  const times = [...runTimes(alert, plan)];
  if (silence !== undefined) times.push(silence.until);
  if (resolvedAt === undefined) times.push(forgottenAt(alert));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Handles an event. */
export function next(alert: Alert, event: AlertEvent, at: number, plan: Plan): AlertOutcome {
  switch (event.kind) {
    case "fired":
      return fired(alert, event.severity, at, plan);
    case "resolved":
      return resolve(alert, event, at);
    case "take":
      return take(alert, event, at);
    case "drop":
      return drop(alert, event, at, plan);
    case "silence":
      return silence(alert, event, at, plan);
    case "unsilence":
      return unsilence(alert, event, at, plan);
    case "silenced":
      return silenced(alert, event);
    case "not silenced":
      return muteInstead(alert, event.silence, at);
    case "step made":
      return awaitReceipt(alert, event, at);
    case "step failed":
      return hurry(alert, event.step, at, plan);
    case "receipt":
      return alert.run?.awaits?.step === event.step
        ? changed({ ...alert, run: { ...alert.run, awaits: undefined } })
        : same(alert);
    case "person erased":
      return forget(alert, event.id, at, plan);
    case "time":
      return pass(alert, at, plan);
  }
}

function same(alert: Alert): AlertOutcome {
  return { alert, effects: [], isNew: false };
}

function changed(alert: Alert, ...effects: readonly Effect[]): AlertOutcome {
  return { alert, effects, isNew: true };
}

/** Starts the steps anew if the alert waits for somebody and is urgent. */
function started(alert: Alert, at: number, plan: Plan): Alert {
  const isWaiting = stateOf(alert) === "open" && alert.silence === undefined;
  const hasSteps = isWaiting && plan.delays.length > 0 && plan.isUrgent(alert.severity);
  return { ...alert, run: hasSteps ? { since: at, next: 0 } : undefined };
}

function fired(alert: Alert, severity: string, at: number, plan: Plan): AlertOutcome {
  const isAgain = alert.resolvedAt !== undefined;
  const unsaid = alert.unsaid + (isMuted(alert, at) ? 1 : 0);
  const anew = isAgain ? { openedAt: at, resolvedAt: undefined, takers: [] } : {};
  const after: Alert = { ...alert, severity, postedAt: at, unsaid, ...anew };
  const becameUrgent = !plan.isUrgent(alert.severity) && plan.isUrgent(severity);
  return changed(becameUrgent || isAgain ? started(after, at, plan) : after);
}

function resolve(
  alert: Alert,
  { by, seen }: Extract<AlertEvent, { kind: "resolved" }>,
  at: number,
): AlertOutcome {
  if (alert.resolvedAt !== undefined) return same(alert);
  const isPost = by === undefined && seen !== true;
  const unsaid = alert.unsaid + (isPost && isMuted(alert, at) ? 1 : 0);
  const { silence } = alert;
  const isAtSource = silence?.source !== undefined;
  const after: Alert = {
    ...alert,
    unsaid,
    resolvedAt: at,
    run: undefined,
    asked: undefined,
    // A silence at the source goes on without the alert.
    silence: isAtSource ? undefined : silence,
  };
  // A post says it itself.
  return changed(after, ...(isPost ? [] : [{ do: "show", why: "resolved", by } as const]));
}

function take(alert: Alert, { by, on }: Taking, at: number): AlertOutcome {
  const { takers } = alert;
  if (alert.resolvedAt !== undefined || takers.length >= MAX_TAKERS) return same(alert);
  if (takers.some(({ id }) => id === by.id)) return same(alert);
  const taker = { ...by, at, ...(on !== undefined && { on }) };
  return changed({ ...alert, takers: [...takers, taker], run: undefined }, { do: "show", why: "taken", by });
}

/** @param on if defined, only the reaction to this message is taken back */
function drop(alert: Alert, { by, on }: Taking, at: number, plan: Plan): AlertOutcome {
  const takers = alert.takers.filter((each) => each.id !== by.id || (on !== undefined && each.on !== on));
  if (alert.resolvedAt !== undefined || takers.length === alert.takers.length) return same(alert);
  const after = { ...alert, takers };
  return changed(started(after, at, plan), { do: "show", why: "dropped", by });
}

function silence(
  alert: Alert,
  { by, until, on }: Taking & { readonly until: number },
  at: number,
  { hasSource }: Plan,
): AlertOutcome {
  const isSame = [alert.asked, alert.silence].some(
    (each) => on !== undefined && each?.on === on && each.by.id === by.id,
  );
  // Clients repeat all reactions of a person when they add another.
  if (alert.resolvedAt !== undefined || isSame) return same(alert);
  const wanted: Silence = {
    by,
    at,
    until: Math.min(until, at + MAX_SILENCE_MS),
    ...(on !== undefined && { on }),
  };
  if (!hasSource)
    return changed({ ...alert, silence: wanted, run: undefined }, { do: "show", why: "silenced", by });
  const replaces = alert.silence?.source;
  // Until the source has accepted it, nothing is silenced, and steps go on.
  return changed({ ...alert, asked: wanted }, { do: "silence", silence: wanted, replaces });
}

/** Whether two silences are the same one. */
export function isSameSilence(one: Silence | undefined, other: Silence): boolean {
  return one?.at === other.at && one.by.id === other.by.id && one.on === other.on;
}

function silenced(
  alert: Alert,
  { source, silence }: Extract<AlertEvent, { kind: "silenced" }>,
): AlertOutcome {
  const isWanted = isSameSilence(alert.asked, silence);
  const asked = isWanted ? undefined : alert.asked;
  // Nobody wants it any more, as when the alert is resolved.
  if (!isWanted) return changed({ ...alert, asked }, { do: "unsilence", source, until: silence.until });
  const after = { ...alert, asked, silence: { ...silence, source }, run: undefined };
  return changed(after, { do: "show", why: "silenced", by: silence.by });
}

/** The source failed: what was asked of it is done here, unless it silences the alert already. */
function muteInstead(alert: Alert, silence: Silence, at: number): AlertOutcome {
  if (!isSameSilence(alert.asked, silence)) return same(alert);
  const after = { ...alert, asked: undefined };
  const isNeeded = alert.silence === undefined && silence.until > at;
  if (!isNeeded) return changed(after);
  return changed({ ...after, silence, run: undefined }, { do: "show", why: "silenced", by: silence.by });
}

function unsilence(alert: Alert, { by, on }: Taking, at: number, plan: Plan): AlertOutcome {
  const isMeant = (each: Silence | undefined): boolean =>
    each !== undefined && (on === undefined || (each.on === on && each.by.id === by.id));
  if (isMeant(alert.asked) && alert.silence === undefined) return changed({ ...alert, asked: undefined });
  if (!isMeant(alert.silence)) return same(alert);
  const { silence, unsaid } = alert;
  const after = started({ ...alert, silence: undefined, asked: undefined, unsaid: 0 }, at, plan);
  const atSource: Effect[] =
    silence?.source === undefined ? [] : [{ do: "unsilence", source: silence.source, until: silence.until }];
  const said: Effect =
    unsaid > 0 ? { do: "tell end of silence", unsaid } : { do: "show", why: "unsilenced", by };
  return changed(after, ...atSource, said);
}

/** Whoever had taken or silenced the alert is erased: what they did ends, and nothing says any more who it was. */
function forget(alert: Alert, id: string, at: number, plan: Plan): AlertOutcome {
  const isTheirs = (by: AlertPerson | undefined): boolean => by?.id === id;
  const { silence, resolvedAt, unsaid } = alert;
  const takes = alert.takers.some(isTheirs);
  const silences = isTheirs(silence?.by);
  const asks = isTheirs(alert.asked?.by);
  if (!takes && !silences && !asks) return same(alert);
  const isOver = resolvedAt !== undefined;
  const after: Alert = {
    ...alert,
    // Of an alert that is over, it stays how long it took.
    takers: isOver
      ? alert.takers.map((each) => (isTheirs(each) ? { ...each, ...NOBODY } : each))
      : alert.takers.filter((each) => !isTheirs(each)),
    ...(asks && { asked: undefined }),
    ...(silences && { silence: undefined, unsaid: 0 }),
  };
  const wasWaiting = stateOf(alert) === "open" && silence === undefined;
  const effects: Effect[] = [];
  if (silences && silence?.source !== undefined)
    effects.push({ do: "unsilence", source: silence.source, until: silence.until });
  if (silences && unsaid > 0) effects.push({ do: "tell end of silence", unsaid });
  else if (silences || (takes && !isOver)) effects.push({ do: "show", why: "person erased" });
  return changed(wasWaiting ? after : started(after, at, plan), ...effects);
}

function awaitReceipt(alert: Alert, { step, isChat }: StepMade, at: number): AlertOutcome {
  const { run } = alert;
  // The run may be over, or another one.
  if (run?.next !== step + 1 || !isChat) return same(alert);
  return changed({ ...alert, run: { ...run, awaits: { step, until: at + RECEIPT_MS } } });
}

/** Nobody got a step: the next one is due now, and the others keep their distances. */
function hurry(alert: Alert, step: number, at: number, { delays }: Plan): AlertOutcome {
  const { run } = alert;
  const delay = run && delays[run.next];
  if (run?.next !== step + 1 || delay === undefined) return same(alert);
  return changed({ ...alert, run: { since: Math.min(run.since, at - delay), next: run.next } });
}

/** Does what is due. */
function pass(alert: Alert, at: number, plan: Plan): AlertOutcome {
  const { silence, resolvedAt } = alert;
  if (silence !== undefined && silence.until <= at) {
    const after = started({ ...alert, silence: undefined, unsaid: 0 }, at, plan);
    return changed(after, { do: "tell end of silence", unsaid: alert.unsaid });
  }
  if (resolvedAt === undefined && forgottenAt(alert) <= at)
    return changed({ ...alert, resolvedAt: at, run: undefined });
  return steps(alert, at, plan);
}

/** Makes the steps that are due, in order. */
function steps(alert: Alert, at: number, plan: Plan): AlertOutcome {
  const awaits = alert.run?.awaits;
  const isLate = awaits !== undefined && awaits.until <= at;
  const late = isLate ? hurry(alert, awaits.step, at, plan).alert : alert;
  const { run } = late;
  if (run === undefined) return same(alert);
  const effects: Effect[] = [];
  let { next } = run;
  for (let delay = plan.delays[next]; delay !== undefined && run.since + delay <= at;) {
    effects.push({ do: "step", step: next });
    next += 1;
    delay = plan.delays[next];
  }
  if (effects.length === 0 && !isLate) return same(alert);
  const awaiting = effects.length > 0 || isLate ? undefined : run.awaits;
  return changed({ ...late, run: { since: run.since, next, awaits: awaiting } }, ...effects);
}

/** When the run of an alert has something to do: a step, or noting that no client confirmed one. */
function runTimes({ run }: Alert, { delays }: Plan): readonly number[] {
  if (run === undefined) return [];
  const delay = delays[run.next];
  return [
    ...(delay === undefined ? [] : [run.since + delay]),
    ...(run.awaits === undefined ? [] : [run.awaits.until]),
  ];
}
