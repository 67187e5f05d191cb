/**
 * Finds the hook that a request is for. The hook's own URL is `/hooks/ID/SECRET`. Programs that only take a server and a
 * token, or a topic, put the same two parts elsewhere.
 */
import type { IncomingMessage } from "node:http";
import { headerIn } from "../../component/hooks/formats/format.js";
import { TOKEN_SUFFIXES } from "../../component/hooks/formats/formats.js";

export const HOOKS_PATH = "/hooks/";

/** The parts of a request that name a hook. */
export interface HookAddress {
  /** "" if the body names the hook, as the topic of a post to ntfy's server. */
  readonly id: string;
  /** What may be the hook's secret, in order: from the path, then the request's token. Empty: the body has it. */
  readonly secrets: readonly string[];
  /** What follows the hook's URL in the path, such as "message" or "messages/ID"; "" if nothing does. */
  readonly suffix: string;
}

const ID = /^[\w-]{1,64}$/;
const SECRET = /^[\w-]{1,128}$/;
/** Mattermost's clients take one segment after `/hooks/`. */
const JOINED = /^([\w-]{1,64})\.([\w-]{1,128})$/;

/** Returns the parts of a request that name a hook; undefined if it has none. */
export function addressIn(request: Pick<IncomingMessage, "url" | "headers">): HookAddress | undefined {
  const { url = "" } = request;
  const [path = ""] = url.split("?", 1);
  const token = tokenIn(request);
  const tokens = token === undefined ? [] : [token];
  if (!path.startsWith(HOOKS_PATH)) return rootAddress(path, tokens);
  const [first = "", ...more] = path.slice(HOOKS_PATH.length).replace(/\/$/, "").split("/");
  const [, id = first, secret] = JOINED.exec(first) ?? [];
  if (!ID.test(id)) return undefined;
  if (secret !== undefined) return { id, secrets: [secret], suffix: more.join("/") };
  const rest = more.join("/");
  if (rest === "" || TOKEN_SUFFIXES.includes(rest)) return { id, secrets: tokens, suffix: rest };
  const [second = "", ...suffix] = more;
  if (!SECRET.test(second)) return undefined;
  return { id, secrets: [second, ...tokens], suffix: suffix.join("/") };
}

/** Whether a request outside of `/hooks/` may be for a hook: programs for ntfy that take only a server have a token. */
export function isForRoot({ method, url = "", headers }: IncomingMessage): boolean {
  const isPost = method === "POST" || method === "PUT";
  const hasToken = headers.authorization !== undefined || authIn(url) !== undefined;
  return isPost && hasToken && /^\/[\w-]{0,64}(?:\?|$)/.test(url);
}

/** At the root, the topic is the hook's id, and the access token its secret. */
function rootAddress(path: string, tokens: readonly string[]): HookAddress | undefined {
  const id = path.slice(1);
  return tokens.length > 0 && (id === "" || ID.test(id)) ? { id, secrets: tokens, suffix: "" } : undefined;
}

/** Returns the parameter `auth` in which programs for ntfy put a whole header in Base64; undefined if there is none. */
function authIn(url: string): string | undefined {
  const query = url.indexOf("?");
  const given = query < 0 ? null : new URLSearchParams(url.slice(query)).get("auth");
  return given === null ? undefined : Buffer.from(given, "base64url").toString();
}

/** Returns the token or password of the header Authorization. */
function passwordIn(authorization = ""): string | undefined {
  const [scheme = "", credentials = ""] = authorization.split(" ", 2);
  if (/^bearer$/i.test(scheme)) return credentials;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(credentials, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
}

/** Returns the token with which programs for Gotify and ntfy log in. */
function tokenIn({ url = "", headers }: Pick<IncomingMessage, "url" | "headers">): string | undefined {
  const query = url.indexOf("?");
  const given = [
    query < 0 ? undefined : (new URLSearchParams(url.slice(query)).get("token") ?? undefined),
    headerIn(headers, ["x-gotify-key"]),
    ...[headers.authorization, authIn(url)].map(passwordIn),
  ];
  return given.find((each) => each !== undefined && SECRET.test(each));
}
