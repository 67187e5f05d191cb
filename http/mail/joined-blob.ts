/** The only text that the parser puts between bytes, after each line. */
const LINE_END = "\n";

type Part = Uint8Array | ArrayBuffer | typeof LINE_END;

/**
 * A Blob that joins its parts at once. The parser makes one of the lines of each part of a mail; Node's own keeps each line
 * outside of the heap, which takes 250 MB and seconds for a megabyte of short lines.
 */
export class JoinedBlob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(parts: readonly Part[]) {
    this.#bytes = new Uint8Array(parts.reduce((sum, part) => sum + lengthOf(part), 0));
    let at = 0;
    for (const part of parts) {
      if (part === LINE_END) this.#bytes[at] = 0x0a;
      else this.#bytes.set(bytesOf(part), at);
      at += lengthOf(part);
    }
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes.buffer);
  }
}

function lengthOf(part: Part): number {
  return part === LINE_END ? 1 : part.byteLength;
}

function bytesOf(part: Exclude<Part, string>): Uint8Array {
  return part instanceof ArrayBuffer ? new Uint8Array(part) : part;
}
