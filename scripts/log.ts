/** The log, all of it to stdout: readable lines on a terminal, JSON lines for whatever collects them elsewhere. */
import { createLogger, format, transports, type Logger } from "winston";
import type { LogConfig } from "./config/sections.js";

export type { Logger } from "winston";

export function createLog({ level }: LogConfig, terminal = process.stdout.isTTY): Logger {
  const lines = terminal ? format.combine(format.colorize({ level: true }), readable) : format.json();
  const log = createLogger({ level, format: format.combine(withStacks(), format.timestamp(), lines) });
  log.pipe(new transports.Console());
  return log;
}

/** JSON knows nothing of an Error's message and stack. */
const withStacks = format((info) => {
  for (const [key, value] of Object.entries(info)) {
    if (value instanceof Error) info[key] = value.stack ?? value.message;
  }
  return info;
});

const readable = format.printf(({ timestamp, level, message, ...meta }) => {
  const time = new Date(String(timestamp)).toLocaleTimeString("en-GB");
  const details = Object.entries(meta).map(([key, value]) => {
    return `\n  ${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return `${time} ${level} ${String(message)}${details.join("")}`;
});
