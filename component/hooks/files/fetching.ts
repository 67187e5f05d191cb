/** Fetches pictures by their URLs, only from the hosts that a hook lists (--fetch-from). */
import { imageFormatOf } from "../../image-format.js";
import type { PostedFile } from "../formats/format.js";
import { exchange, failureOf, statusText } from "../outgoing/http-exchange.js";
import { settled, type Settled } from "../../settled.js";

/** A host as hooks list it: HOST, or HOST:PORT if the port isn't that of the URL's scheme. */
export const FETCH_HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Whether a URL's host is listed. */
export function mayFetch(url: string, hosts: readonly string[] | undefined): boolean {
  if (hosts === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return false;
  const { host } = new URL(url);
  return hosts.some((each) => each.toLowerCase() === host);
}

/** Fetches a picture. @param most its maximum size, in bytes @returns the picture, or why there is none */
export function fetchPicture(
  text: string,
  most: number,
  signal: AbortSignal,
): Settled<PostedFile | { readonly reason: string }> {
  const url = new URL(text);
  const from = `the picture from ${url.host}`;
  const work = async (): Promise<PostedFile | { readonly reason: string }> => {
    const request = {
      method: "GET",
      headers: { accept: "image/*", "user-agent": "qtalk-component" },
    } as const;
    const { status, body } = await exchange(url, { ...request, signal, most });
    if (status !== 200) return { reason: `${from} can't be fetched: ${statusText(status)}` };
    if (body === undefined) return { reason: `${from} has more than the ${most} bytes allowed` };
    const format = imageFormatOf(body);
    if (format === undefined) return { reason: `${from} is no PNG, JPEG, GIF or WebP` };
    return { name: url.pathname.split("/").at(-1) ?? "", type: format.type, bytes: body };
  };
  return settled(work, (error) => {
    const why = signal.aborted ? "it takes too long" : failureOf(error);
    return { reason: `${from} can't be fetched: ${why}` };
  });
}
