/**
 * Text as it goes to the server: a type of its own, so that the compiler lets nothing else onto the stream. It is made
 * where elements are serialised and where finished stanzas are spliced, and by reading stored text again; all of it is
 * well-formed, with namespaces, in the eyes of the servers' parsers.
 */

declare const wireText: unique symbol;

/** One finished stanza or several in a row; from serialise(), also the text of a single element inside of one. */
export type WireText = string & { readonly [wireText]: true };

/** An element that can't be written: the server would close the stream for everybody. Its message is a clause. */
export class IllFormed extends Error {
  override name = "IllFormed";
}

/** A stanza with more bytes on the wire than one may have. Its message is a clause. */
export class StanzaTooLarge extends Error {
  override name = "StanzaTooLarge";

  /**
   * @param bytes as it would be written, or as much of it as was counted
   * @param most what is allowed
   */
  constructor(
    readonly bytes: number,
    readonly most: number,
  ) {
    super(`it has ${bytes} bytes on the wire, more than the ${most} allowed`);
  }
}

export type StanzaFault = IllFormed | StanzaTooLarge;

/**
 * Bytes that are left free for what a stanza gets later: in what is kept and given out again for a receiver's address,
 * delays and the envelopes of archives and copies, in what is complete for the delay of one that was written late. An
 * address has 3,071 bytes, and its resource up to six times its own when escaped.
 */
export const LEFT_FREE = { kept: 16 * 1024, complete: 2 * 1024 } as const;

/** Whether a text has so many bytes at most, in UTF-8. Mostly its length tells. */
export function fits(text: string, most: number): boolean {
  return text.length * 3 <= most || (text.length <= most && Buffer.byteLength(text) <= most);
}

/** @throws StanzaTooLarge where the text has more bytes than this */
export function mustFit(text: string, most: number): void {
  if (!fits(text, most)) throw new StanzaTooLarge(Buffer.byteLength(text), most);
}

/**
 * Every text of the wire passes through here when it is made: for this folder's serialise.ts and splice.ts alone,
 * which show that it is what the builder would have made.
 */
export function finished(text: string): WireText {
  return text as WireText;
}

/** Text that is read back from where this program stored it, when it was finished. */
export function asStored(text: string): WireText {
  return finished(text);
}

export const NO_TEXT = finished("");

/** Texts as one, for one write. */
export function inOneWrite(texts: readonly WireText[]): WireText {
  return texts.length === 0 ? NO_TEXT : finished(texts.join(""));
}
