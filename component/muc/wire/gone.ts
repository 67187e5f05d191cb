/** Errors that say that nobody is there (XEP-0045 §18.1.2). */
const GONE: ReadonlySet<string> = new Set([
  "gone",
  "internal-server-error",
  "item-not-found",
  "jid-malformed",
  "recipient-unavailable",
  "redirect",
  "remote-server-not-found",
  "remote-server-timeout",
  "service-unavailable",
]);

/** Whether an error's condition says so. */
export function saysGone(condition: string): boolean {
  return GONE.has(condition);
}
