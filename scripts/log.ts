/**
 * The log: readable lines on a terminal, otherwise JSON lines on standard output or in a file that is rotated
 * at log.max_bytes.
 */
import { accessSync, closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Writable } from "node:stream";
import { createLogger, format, transports, type Logger } from "winston";
import { PRIVATE } from "../storage/private-file.js";
import type { LogConfig } from "./config/sections.js";
import { may, type UnixUser } from "./unix-users.js";
import { ExitCode, Failure } from "./failure.js";
import { creation } from "./file-access.js";
import { localTimeText, timestamp } from "./local-time.js";
import { LogFile } from "./log-file.js";
import { GatheredOutput } from "./output.js";
import { writingAdvice } from "./places.js";

export type { Logger } from "winston";

/** Writes the lines of one turn of the event loop together, because a write costs as much CPU time as a line. */
const gathered = new GatheredOutput(process.stdout);

/** Creates the log. @throws Failure if log.file can't be written */
export function createLog(config: LogConfig): Logger {
  const time = format.timestamp({ format: () => timestamp(Date.now()) });
  const log = createLogger({ level: config.level, format: format.combine(readableTexts(), time) });
  for (const target of targets(config)) log.pipe(target);
  return log;
}

/**
 * Applies a new configuration, and reopens the file, so that other programs can rotate it.
 * @throws Failure if log.file can't be written; then nothing is changed
 */
export function reconfigureLog(log: Logger, config: LogConfig): void {
  const old = [...log.transports];
  const open = old.flatMap((target) => (target instanceof FileTarget ? [target.opened] : []))[0];
  const fresh = targets(config, open);
  log.level = config.level;
  for (const target of fresh) log.pipe(target);
  for (const target of old) log.unpipe(target);
  if (config.file === undefined) open?.end();
}

/** Writes JSON lines to a file, without waiting for it. */
class FileTarget extends transports.Stream {
  constructor(readonly opened: LogFile) {
    const stream = new Writable({
      decodeStrings: false,
      write: (text: unknown, _, done) => {
        opened.line(String(text));
        done();
      },
    });
    super({ stream, format: format.json() });
  }

  /** Ends when all lines are written. */
  override _final(done: () => void): void {
    this.opened.end(done);
  }
}

/** @param open the log file so far, which is opened anew */
function targets(
  { file, max_bytes: maxBytes, files }: LogConfig,
  open?: LogFile,
): transports.StreamTransportInstance[] {
  const isTerminal = process.stdout.isTTY;
  const console = isTerminal ? readableLines : format.json();
  if (file === undefined) return [new transports.Stream({ stream: gathered, format: console })];
  requireWritable(file);
  const options = { file, maxBytes, files };
  open?.reopen(options);
  const target = new FileTarget(open ?? new LogFile(options));
  return isTerminal ? [target, new transports.Stream({ stream: gathered, format: console })] : [target];
}

function requireWritable(file: string): void {
  try {
    closeSync(openSync(file, "a", PRIVATE));
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Checks, without creating it, that log.file can be written.
 * @param user the user that the component runs as, if root asks for it; absent: the user of this process
 * @throws Failure
 */
export function checkLogFile({ file }: LogConfig, user?: UnixUser): void {
  if (file === undefined) return;
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw codeOnly("EISDIR");
    // Nobody has written it yet, or the running component moves a full one aside.
    const place = existsSync(file) ? file : dirname(resolve(file));
    accessSync(place, constants.W_OK);
    if (user !== undefined && !may(user, "-w", place)) throw codeOnly("EACCES");
  } catch (error) {
    throw unwritable(file, error, user);
  }
}

function codeOnly(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function unwritable(file: string, error: unknown, user?: UnixUser): Failure {
  const { code = "unknown reason" } = error as NodeJS.ErrnoException;
  const folder = dirname(resolve(file));
  const advice =
    code === "EISDIR"
      ? `name a file in this folder with log.file, such as ${resolve(file, "qtalk-component.log")}`
      : `${code === "ENOENT" ? creation(folder, user) : writingAdvice(folder, code, user)}, or correct log.file`;
  const by = user === undefined ? "" : ` by the component's user, ${user.name}`;
  const message = `The log file ${file} can't be written${by} (${code}): ${advice}.`;
  return new Failure(message, ExitCode.cantCreate, { cause: error });
}

/** Control characters that terminals obey, except line ends, and those that change the direction of text. */
const UNPRINTABLE = /[\0-\t\v-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Replaces errors with their stacks, because JSON.stringify() omits the properties of errors, and unprintable characters
 * with escapes, because texts may quote what anybody sent.
 */
const readableTexts = format((info) => {
  const texts = Object.entries(info).flatMap(([key, value]) => {
    const text: unknown = value instanceof Error ? (value.stack ?? value.message) : value;
    return typeof text === "string" ? [[key, escaped(text)] as const] : [];
  });
  return Object.assign(info, Object.fromEntries(texts));
});

const escaped = (text: string): string =>
  text.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

const readableLines = format.combine(
  format.colorize({ level: true }),
  format.printf(({ timestamp: at, level, message, ...meta }) => {
    const time = localTimeText(Date.parse(String(at)));
    const details = Object.entries(meta).map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return text.includes("\n") ? `\n  ${key}: ${text}` : ` ${key}=${text}`;
    });
    return `${time} ${level} ${String(message)}${details.join("")}`;
  }),
);
