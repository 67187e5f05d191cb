/** Formats numbers, times and durations in the user's language. */
import { language, t } from "./texts.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * @param {number} value
 * @param {number} [digits] the maximum number of digits after the decimal point
 */
export function number(value, digits = 0) {
  return value.toLocaleString(language, { maximumFractionDigits: digits });
}

/** Formats with about three digits: 0.0025, 12.3, 1,234. @param {number} value */
export function quantity(value) {
  return value < 1000 ? value.toLocaleString(language, { maximumSignificantDigits: 3 }) : number(value);
}

/** @param {number} count */
export function stanzas(count) {
  return t(count === 1 ? "stanza" : "stanzasN", { n: number(count) });
}

/** Formats the time of day, such as 03:38. @param {number} at milliseconds since 1970 */
export function clock(at) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/**
 * Formats local date and time as commands and the log do: 2026-11-26 03:38:57+01:00.
 * @param {number} at milliseconds since 1970
 */
export function dateTime(at) {
  const offset = new Date(at).getTimezoneOffset() * -60_000;
  const [local = "", zone = ""] = [at + offset, Math.abs(offset)].map((ms) => new Date(ms).toISOString());
  return `${local.slice(0, 19).replace("T", " ")}${offset < 0 ? "-" : "+"}${zone.slice(11, 16)}`;
}

/** Formats a duration in its two largest units: 3 d 4 h, 5 min 20 s, 0.8 s. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return t("seconds", { n: number(seconds, 1) });
  const whole = Math.round(seconds);
  const parts = [
    t("days", { n: number(Math.floor(whole / DAY)) }),
    t("hours", { n: Math.floor((whole % DAY) / HOUR) }),
    t("minutes", { n: Math.floor((whole % HOUR) / MINUTE) }),
    t("seconds", { n: whole % MINUTE }),
  ];
  const first = [DAY, HOUR, MINUTE, 1].findIndex((unit) => whole >= unit);
  return parts.slice(first, first + 2).join(" ");
}

/** Begins a label with a capital letter. @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns a result's text; "" if there is none. @param {unknown} value */
export function textOf(value) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return JSON.stringify(value);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
