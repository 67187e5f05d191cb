/**
 * A post as it is on the wire, as text: a request line such as `POST /message?token=x`, whose path follows the hook's URL,
 * headers, an empty line, and the body. `hook capture` writes posts in this form.
 */
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { postContentOf, payloadOf, unpacked } from "../../../http/hooks/payload.js";

export async function rawPost(text: string): Promise<Payload> {
  const end = text.indexOf("\n\n");
  const [line = "", ...given] = (end < 0 ? text : text.slice(0, end)).trimEnd().split("\n");
  const [, path = "", query] = /^(?:POST|PUT) \/([^?\s]*)(?:\?(\S*))?$/.exec(line) ?? [];
  const headers = Object.fromEntries(
    given.map((each) => {
      const [name = "", ...value] = each.split(": ");
      // As Node reads headers: bytes as ISO 8859-1.
      return [name.toLowerCase(), Buffer.from(value.join(": ")).toString("latin1")];
    }),
  );
  const bodyText = end < 0 ? "" : text.slice(end + 2);
  const isBase64 = headers["body-encoding"] === "base64";
  const isMultipart = headers["content-type"]?.startsWith("multipart/") === true;
  const body = isBase64
    ? Buffer.from(bodyText, "base64")
    : Buffer.from(isMultipart ? bodyText.replaceAll("\n", "\r\n") : bodyText);
  const content = await unpacked(headers, postContentOf(headers, body));
  const place = {
    ...(path !== "" && { suffix: path }),
    ...(query !== undefined && { query: new URLSearchParams(query) }),
  };
  const posted = content instanceof HookFault ? content : payloadOf(headers, content, false, place);
  if (posted instanceof HookFault) throw new Error(`${line}: ${posted.message}`);
  return posted;
}
