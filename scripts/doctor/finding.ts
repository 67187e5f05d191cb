/** The result of a step, what the operator has to do, and how both are shown. */
import type { LinkRefusal } from "../../component/link/refusal.js";
import {
  remediesFor,
  type KnownServer,
  type Remedies,
  type Todo,
} from "../../component/link/server-lines.js";
import type { ExitCode } from "../failure.js";

export interface Finding {
  /**
   * `wrong`: the component doesn't work until the operator changes something. `doubtful`: the component works, but
   * something is missing or slow. `untried`: the step was skipped, and the text says why.
   */
  readonly state: "fine" | "wrong" | "doubtful" | "untried";
  readonly text: string;
  readonly todo: Todo;
  /** The server's software, if it was detected. */
  readonly server?: KnownServer | undefined;
}

export const fine = (text: string, ...todo: Todo): Finding => ({ state: "fine", text, todo });
export const untried = (text: string, ...todo: Todo): Finding => ({ state: "untried", text, todo });
export const wrong = (text: string, ...todo: Todo): Finding => ({ state: "wrong", text, todo });
export const doubtful = (text: string, ...todo: Todo): Finding => ({ state: "doubtful", text, todo });
/** A finding about the machine. */
export type MachineFinding = Finding & {
  /** If the finding is wrong: with what the start of the component ends. */
  readonly exitCode?: ExitCode;
};

/** What the component's start ends with. */
export function failing(exitCode: ExitCode, text: string, ...todo: Todo): MachineFinding {
  return { ...wrong(text, ...todo), exitCode };
}

export const refusedFinding = ({ text, todo }: LinkRefusal): Finding => wrong(text, ...todo);

export const MARKS = { fine: "✔", wrong: "✘", doubtful: "!", untried: "–" } as const;
const COLOURS = { fine: 32, wrong: 31, doubtful: 33, untried: 90 } as const;

/** Formats a finding: mark, text, what to do. If the server is unknown, lines for both servers are shown. */
export function findingLines(finding: Finding, colour: boolean): string {
  const { state, text } = finding;
  const mark = colour ? `\x1b[${COLOURS[state]}m${MARKS[state]}\x1b[0m` : MARKS[state];
  return [`${mark} ${text}`, ...todoLines(finding).map((line) => `    ${line}`), ""].join("\n");
}

/** Returns a finding as programs get it. */
export function shownFinding(
  finding: Finding,
): Readonly<Record<"state" | "text", string>> & { todo: string[] } {
  return { state: finding.state, text: finding.text, todo: todoLines(finding) };
}

function todoLines({ todo, server }: Finding): string[] {
  return todo.flatMap((item) => (typeof item === "string" ? [item] : remedyLines(item, server)));
}

function remedyLines(remedies: Remedies, server: KnownServer | undefined): string[] {
  if (server === "another") return remedies.another === undefined ? [] : [remedies.another];
  return remediesFor(remedies, server).flatMap(({ file, where, lines }) => [
    `In ${file}, ${where}:`,
    ...lines.map((line) => `    ${line}`),
  ]);
}
