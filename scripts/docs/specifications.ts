/** The specifications that the component implements, from specifications.yml, for the guide and the DOAP file. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { documentAt } from "./parts.js";

export interface Rfc {
  readonly number: number;
  readonly title: string;
  /** What the component uses the specification for. */
  readonly note: string;
}

/** A XEP, an extension protocol of the XMPP Standards Foundation. */
export interface Xep extends Rfc {
  readonly version: string;
  readonly isPartial?: boolean;
}

export const { rfcs: RFCS, xeps: XEPS } = parse(
  readFileSync(documentAt("scripts/docs/specifications.yml"), "utf8"),
) as { readonly rfcs: readonly Rfc[]; readonly xeps: readonly Xep[] };

export const xepName = ({ number }: Xep): string => `XEP-${String(number).padStart(4, "0")}`;
export const xepUrl = (xep: Xep): string => `https://xmpp.org/extensions/${xepName(xep).toLowerCase()}.html`;
export const rfcUrl = ({ number }: Rfc): string => `https://www.rfc-editor.org/rfc/rfc${number}.html`;
