/** The type of text that may be written to the stream: from the serialiser, splice.ts and stored stanzas only. */

declare const wireText: unique symbol;

/** The text of one or several stanzas, or of an element inside a stanza. */
export type WireText = string & { readonly [wireText]: true };

/** The error for an element that would make the server close the stream. The message is a clause. */
export class IllFormed extends Error {
  override name = "IllFormed";
}

/** The error for a stanza that is longer than the server allows. The message is a clause. */
export class StanzaTooLarge extends Error {
  override name = "StanzaTooLarge";

  /** @param bytes the stanza's serialised size, or less if counting stopped early @param most the allowed size */
  constructor(
    readonly bytes: number,
    readonly most: number,
  ) {
    super(`it has ${bytes} bytes on the wire, more than the ${most} allowed`);
  }
}

/**
 * How many bytes below the limit a stanza must stay, for what is inserted later. `complete`, with `to`: a delay.
 * `kept`, stored or for many receivers: an address (3,071 bytes; escaped, six times as long), delays, an envelope.
 */
export const LEFT_FREE = { kept: 16 * 1024, complete: 2 * 1024 } as const;

/** Whether a text has at most `most` bytes in UTF-8. For most texts, the length in characters is enough to decide. */
export function fits(text: string, most: number): boolean {
  return text.length * 3 <= most || (text.length <= most && Buffer.byteLength(text) <= most);
}

/** Checks a text's length. @throws StanzaTooLarge if it has more than `most` bytes in UTF-8 */
export function mustFit(text: string, most: number): void {
  if (!fits(text, most)) throw new StanzaTooLarge(Buffer.byteLength(text), most);
}

/** Marks text that may be written. Only this folder calls it, with what builder and serialiser could have produced. */
export function finished(text: string): WireText {
  return text as WireText;
}

/** Marks a stored text as one that may be written to the stream, as it was when it was stored. */
export function asStored(text: string): WireText {
  return finished(text);
}

export const NO_TEXT = finished("");

/** Joins texts, so that one write sends them all. */
export function inOneWrite(texts: readonly WireText[]): WireText {
  return texts.length === 0 ? NO_TEXT : finished(texts.join(""));
}
