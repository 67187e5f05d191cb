/** Stanza errors (RFC 6120 §8.3). Handlers throw them, and the router turns them into replies. */
import { NS, xml, type Element } from "../xml/builder.js";

/** An error that came back for a stanza sent in a user's name. The addresses are bare. */
export interface BouncedStanza {
  readonly id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly condition: string;
}

export type ErrorType = "auth" | "cancel" | "continue" | "modify" | "wait";

export interface ErrorDetails {
  /** The address of the entity that refuses, if it differs from the stanza's `to` (RFC 6120 §8.3.1). */
  readonly by?: string;
  /** The new address of an entity that is gone: a URI (RFC 6120 §8.3.3.5). */
  readonly elsewhere?: string | undefined;
  /** In how many seconds the request may be repeated, for calls (errors of the type "wait"). */
  readonly retryAfter?: number;
  /** An application-specific condition (RFC 6120 §8.3.4). */
  readonly application?: Element;
}

/** The defined conditions (RFC 6120 §8.3.3). */
const CONDITIONS = [
  "bad-request",
  "conflict",
  "feature-not-implemented",
  "forbidden",
  "gone",
  "internal-server-error",
  "item-not-found",
  "jid-malformed",
  "not-acceptable",
  "not-allowed",
  "not-authorized",
  "policy-violation",
  "recipient-unavailable",
  "redirect",
  "registration-required",
  "remote-server-not-found",
  "remote-server-timeout",
  "resource-constraint",
  "service-unavailable",
  "subscription-required",
  "undefined-condition",
  "unexpected-request",
] as const;

export type Condition = (typeof CONDITIONS)[number];

export class StanzaError extends Error {
  override name = "StanzaError";

  constructor(
    readonly type: ErrorType,
    readonly condition: Condition,
    readonly text?: string,
    readonly details: ErrorDetails = {},
  ) {
    super(text ?? condition);
  }

  /** The part of the refused stanza that the reply repeats (RFC 6120 §8.3.1). */
  echo: Element | undefined;

  element(): Element {
    return xml(
      "error",
      { type: this.type, by: this.details.by },
      xml(this.condition, NS.stanzas, this.details.elsewhere),
      this.text === undefined ? undefined : xml("text", { xmlns: NS.stanzas, "xml:lang": "en" }, this.text),
      this.details.application,
    );
  }
}

/** Returns the condition of an error stanza; "undefined-condition" if it contains none, or one that isn't defined. */
export function conditionOf(stanza: Element): Condition {
  const children = stanza.getChild("error")?.getChildElements() ?? [];
  const names = children.filter((child) => child.getNS() === NS.stanzas).map((child) => child.getName());
  return CONDITIONS.find((condition) => names.includes(condition)) ?? "undefined-condition";
}
