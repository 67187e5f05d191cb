/** Blanks the secrets of a post that is kept for reading: those that are known, and what is named like one. */
import type { RawPost } from "./raw-post.js";

/** What replaces a secret. */
export const BLANK = "removed";

/** The names of headers, parameters and fields whose values are secret. */
const SECRET_NAME =
  /pass(?:word|wd|phrase|code)|secret|token|credential|cookie|signature|authorization|^auth$|(?:api|access|private|app|user|integration|routing|gotify|x)[-_]?key$/i;
/** Headers that are named like secrets, but say how a post is to be read. */
const READ = /^(?:idempotency-key|x-alert-key)$/i;
/** Headers of the connection and of proxies, which say nothing about the post but much about the network. */
const LEFT_OUT =
  /^(?:host|connection|keep-alive|content-length|content-encoding|transfer-encoding|accept-encoding|te|trailer|upgrade|expect|via|forwarded|x-(?:forwarded|real|original|client)-?.*|cf-.*|true-client-ip)$/i;
/** Secrets that are shorter could be words of the text. */
const SHORTEST = 8;

/** A field of JSON with a text, a parameter of a form or of a URL, a field of multipart/form-data, a URL's user. */
const JSON_FIELD = /"((?:[^"\\]|\\.){1,80})"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;
const PARAMETER = /(^|[?&]|\\u0026)([^=&?\s"'<>\\]{1,80})=[^&\s"'<>\\]*/g;
const PART = /(form-data; name="([^"\r\n]{1,80})"\r?\n\r?\n)[^\r\n]*/g;
const URL_USER = /(\w:\/\/)[^\s/@"':]{0,200}:[^\s/@"']{0,200}@/g;

/** Returns a post without secrets. @param known the hook's own secrets */
export function withoutSecrets(post: RawPost, known: readonly string[]): RawPost {
  const own = known.filter((secret) => secret.length >= SHORTEST);
  const plain = (text: string): string => own.reduce((left, secret) => left.replaceAll(secret, BLANK), text);
  return {
    ...post,
    suffix: plain(post.suffix),
    query: post.query === undefined ? undefined : plain(withoutFields(post.query)),
    headers: post.headers
      .filter(([name]) => !LEFT_OUT.test(name))
      .map(([name, value]) => [
        name,
        SECRET_NAME.test(name) && !READ.test(name) ? BLANK : plain(withoutFields(value)),
      ]),
    // A character for each byte, so that files among the fields stay as they are.
    body: Buffer.from(plain(withoutFields(post.body.toString("latin1"))), "latin1"),
  };
}

/** Each expression takes a time that grows with the text's length alone. */
function withoutFields(text: string): string {
  const isSecret = (name: string): boolean => SECRET_NAME.test(name);
  return text
    .replace(JSON_FIELD, (whole, name: string, colon: string) =>
      isSecret(name) ? `"${name}"${colon}"${BLANK}"` : whole,
    )
    .replace(PART, (whole, head: string, name: string) => (isSecret(name) ? `${head}${BLANK}` : whole))
    .replace(URL_USER, `$1${BLANK}@`)
    .replace(PARAMETER, (whole, before: string, name: string) =>
      isSecret(name) ? `${before}${name}=${BLANK}` : whole,
    );
}
