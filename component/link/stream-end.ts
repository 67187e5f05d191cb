/** Why a stream ended, and what an operator should change where the server refuses the component. */

/** How the stream ended. */
export interface StreamEnd {
  /**
   * - `stream-error`: the server said why
   * - `closed`: the server ended the stream or the connection without a word
   * - `unreachable`: nobody listens at the address
   * - `network`: the connection couldn't be made for another reason, or broke
   * - `silent`: nothing came back for too long; we ended it
   * - `stopped`: we were asked to end it
   */
  readonly cause: "stream-error" | "closed" | "unreachable" | "network" | "silent" | "stopped";
  /** The stream error's condition (RFC 6120 §4.9.3), where there is one. */
  readonly condition?: string;
  /** A few words for the log; they name the condition. */
  readonly text: string;
}

/** Stream errors that say: this configuration will not work until somebody changes it. */
const REFUSALS: Readonly<Record<string, (domain: string) => string>> = {
  "not-authorized": (domain) =>
    `The server refuses ${domain}: its secret is another, or (ejabberd says the same then) it has no such component. Compare xmpp.password and xmpp.domain with the server's: in ejabberd.yml "${domain}" and its "password" under listen → ejabberd_service → hosts; in prosody.cfg.lua component_secret under Component "${domain}".`,
  "host-unknown": (domain) =>
    `The server doesn't know the component ${domain}. Add it: in ejabberd.yml "${domain}" under listen → ejabberd_service → hosts; in prosody.cfg.lua Component "${domain}"; or correct xmpp.domain.`,
  conflict: (domain) =>
    `Another connection already serves ${domain}. End it; on Prosody set component_conflict_resolve = "kick_old" under Component "${domain}", so that a dead connection doesn't block the next one.`,
  "invalid-from": sendingAdvice,
};

/** What lets the component send in users' names. */
export function sendingAdvice(domain: string): string {
  return (
    `The server doesn't let ${domain} send as its users. Permit it (XEP-0356): in prosody.cfg.lua "privilege" in ` +
    `modules_enabled of the VirtualHost and of Component "${domain}", and privileged_entities = ` +
    `{ ["${domain}"] = { message = "outgoing" } } in the VirtualHost; in ejabberd.yml, from 25.03 on, mod_privilege with ` +
    `"message: {outgoing: RULE}". Or don't have senders checked: in ejabberd.yml "check_from: false" in the ` +
    `ejabberd_service listener; in prosody.cfg.lua validate_from_addresses = false under Component "${domain}".`
  );
}

/** The sentence for the operator where the server refuses the component itself, else undefined. */
export function refusalAdvice(closed: StreamEnd, domain: string): string | undefined {
  return closed.condition === undefined ? undefined : REFUSALS[closed.condition]?.(domain);
}

/** Stream errors that name a fault in what the server was sent (RFC 6120 §4.9.3). */
const CONTENT: ReadonlySet<string> = new Set([
  "bad-format",
  "bad-namespace-prefix",
  "improper-addressing",
  "invalid-namespace",
  "invalid-xml",
  "not-well-formed",
  "policy-violation",
  "restricted-xml",
  "unsupported-encoding",
  "unsupported-stanza-type",
]);

/** Stream errors that may come of a stanza, or of the server's own trouble. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-connection-failed",
  "resource-constraint",
  "undefined-condition",
]);

/**
 * What the end of a stream says of the stanzas that were in flight.
 * - `content`: the server named a fault in what it was sent
 * - `unknown`: it closed without a reason, or for one that may be its own
 * - `none`: it had another reason, or we ended it
 */
export type Blame = "content" | "unknown" | "none";

export function blameOf({ cause, condition = "" }: StreamEnd): Blame {
  if (cause === "closed" || cause === "network") return "unknown";
  if (cause !== "stream-error") return "none";
  if (CONTENT.has(condition)) return "content";
  return DOUBTFUL.has(condition) ? "unknown" : "none";
}
