/** Checks the URLs at which the component calls programs: those of outgoing hooks, and those that silence alerts. */
import { credentialsIn } from "../hooks/outgoing/http-exchange.js";
import {
  guardedLookup,
  InnerAddress,
  innerNetworkOf,
  refuseLiteral,
} from "../hooks/outgoing/inner-network.js";
import { badRequest, type Refusal } from "../refusal.js";

/**
 * Returns a URL, and remarks about it; a refusal if it is none, or leads to a private address that isn't allowed: then the
 * first request would fail.
 * @param allowed the private addresses and networks at which the program may be
 */
export async function checkTarget(
  field: string,
  text: string,
  { example, allowed }: { readonly example: string; readonly allowed: readonly string[] },
): Promise<{ readonly url: URL; readonly notes: readonly string[] } | Refusal> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return badRequest(`${field}: expected an http or https URL such as ${example}`);
  if (!hasReadableCredentials(url))
    return badRequest(`${field}: a "%" in the user or password must be written as %25`);
  const wrong = allowed.find((text) => innerNetworkOf(text) === undefined);
  if (wrong !== undefined)
    return badRequest(`allow_inner: ${wrong} is neither an IP address nor a network such as 10.0.0.0/8`);
  const fault = await faultOf(url, allowed);
  if (fault instanceof InnerAddress)
    return badRequest(`${field}: ${fault.message}. To allow it, add allow_inner: ${fault.address}`);
  const notes = fault === undefined ? [] : [`${url.hostname} can't be looked up now: ${fault.message}`];
  return { url, notes };
}

function hasReadableCredentials(url: URL): boolean {
  try {
    credentialsIn(url);
    return true;
  } catch {
    return false;
  }
}

function faultOf({ hostname }: URL, allowed: readonly string[]): Promise<Error | undefined> {
  const literal = refuseLiteral(hostname, allowed);
  if (literal !== undefined || hostname.startsWith("[")) return Promise.resolve(literal);
  return new Promise((resolve) => {
    guardedLookup(allowed)(hostname, { all: true }, (error) => resolve(error ?? undefined));
  });
}
