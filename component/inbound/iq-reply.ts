/** What handlers of IQ requests return. */
import type { Element } from "../xml/builder.js";

/** Returned by an IQ handler that has sent the reply itself, to keep the order with its other stanzas. */
export const replied = Symbol("replied");

/** The result of an IQ handler: the payload of the reply, or undefined for an empty reply. */
export type IqReply = Element | undefined | typeof replied;
