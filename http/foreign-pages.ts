/** Recognises requests that a web page in a browser makes, and those of pages of other sites. */
import type { IncomingHttpHeaders } from "node:http";

/**
 * Returns whether a page of another site made the request: by Sec-Fetch-Site (Fetch Metadata), or in browsers without
 * it by Origin, which browsers send with every POST (Fetch §3.1).
 */
export function isForeignPage({ "sec-fetch-site": site, origin, host }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/**
 * Returns whether a page of any site made the request. Where an address alone lets programs in, pages don't come in: a
 * page's own site may be a name that was made to lead to this machine (DNS rebinding).
 */
export function isPage(headers: IncomingHttpHeaders): boolean {
  const { "sec-fetch-site": site, origin } = headers;
  return origin !== undefined || (site === undefined ? isBrowser(headers) : site !== "none");
}

/** Whether a browser made the request: of a page without TLS it sends no Fetch Metadata, and no Origin with a GET. */
function isBrowser({ "user-agent": agent = "", "accept-language": language }: IncomingHttpHeaders): boolean {
  return agent.startsWith("Mozilla/") && language !== undefined;
}
