/** Bodies that come gzipped (RFC 1952): unpacked as far as they may grow, and no further. */
import { createGunzip } from "node:zlib";
import { Errcode, Refusal } from "../component/refusal.js";

const BROKEN = new Refusal(Errcode.request, "the request's body can't be unpacked; expected gzip");

/** Whether it begins as gzip does, which no JSON can. */
export function isGzipped(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

/**
 * Unpacks it, piece by piece.
 * @param acquire asked before each piece is kept, with the size that it would be then; a refusal ends it
 */
export function unpack(
  body: Buffer,
  acquire: (size: number) => Refusal | undefined,
): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    const chunks: Buffer[] = [];
    let size = 0;
    gunzip.on("data", (chunk: Buffer) => {
      size += chunk.length;
      const refusal = acquire(size);
      if (refusal === undefined) chunks.push(chunk);
      else {
        gunzip.destroy();
        resolve(refusal);
      }
    });
    gunzip.on("end", () => resolve(Buffer.concat(chunks)));
    gunzip.on("error", () => resolve(BROKEN));
    gunzip.end(body);
  });
}
