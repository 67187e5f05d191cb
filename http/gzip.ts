/** Unpacks gzipped request bodies (RFC 1952) up to a limit. */
import { createGunzip } from "node:zlib";
import { Errcode, Refusal } from "../component/refusal.js";

const BROKEN = new Refusal(Errcode.request, "the request's body is not valid gzip");

/** Returns whether a body begins with gzip's magic number. JSON never does. */
export function isGzipped(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

/** Unpacks a body. @param acquire called before each chunk with the total size in bytes; may refuse */
export async function unpack(
  body: Buffer,
  acquire: (size: number) => Refusal | undefined,
): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop ends the work.
    for await (const chunk of createGunzip().end(body) as AsyncIterable<Buffer>) {
      size += chunk.length;
      const refusal = acquire(size);
      if (refusal !== undefined) return refusal;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return BROKEN;
  }
}
