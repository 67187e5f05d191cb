/** Parses mails (RFC 5322, MIME) to posts: the subject, the text, and the attachments. */
import { compile } from "html-to-text";
import PostalMime, { type Email } from "postal-mime";
import type { Payload, PostedFile } from "../../component/hooks/formats/format.js";

/** How many attachments are read, and how many hops and how much nesting a mail may have. */
const MOST = { files: 10, received: 30, nesting: 20, headerBytes: 64 * 1024 };

/** Of HTML, the text and the URLs of links, without pictures. */
const textOfHtml = compile({
  wordwrap: false,
  limits: { maxInputLength: 256 * 1024, maxDepth: 50, maxChildNodes: 5_000, ellipsis: "…" },
  selectors: [
    { selector: "img", format: "skip" },
    { selector: "a", options: { hideLinkHrefIfSameAsText: true, linkBrackets: false, noAnchorUrl: true } },
    { selector: "h1", options: { uppercase: false } },
    { selector: "h2", options: { uppercase: false } },
    { selector: "h3", options: { uppercase: false } },
    { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
  ],
});

/** A mail as a post; or why it is no notification, as the end of a sentence. */
export type ReadMail =
  { readonly posted: Payload; readonly messageId: string | undefined } | { readonly fault: string };

export async function readMail(bytes: Buffer): Promise<ReadMail> {
  let email: Email;
  try {
    email = await PostalMime.parse(bytes, {
      maxNestingDepth: MOST.nesting,
      maxHeadersSize: MOST.headerBytes,
      attachmentEncoding: "arraybuffer",
    });
  } catch (error) {
    return { fault: `the mail can't be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const fault = loopIn(email);
  if (fault !== undefined) return { fault };
  const text = email.text?.trim() ?? "";
  const body = text !== "" || email.html === undefined ? text : textOfHtml(email.html).trim();
  const files = email.attachments.slice(0, MOST.files).map(({ filename, mimeType, content }): PostedFile => ({
    name: filename ?? "",
    type: mimeType.toLowerCase(),
    bytes: typeof content === "string" ? Buffer.from(content) : Buffer.from(content as ArrayBuffer),
  }));
  const mail = { subject: email.subject ?? "", text: body };
  return {
    posted: { headers: {}, mail, ...(files.length > 0 && { files }) },
    messageId: email.messageId,
  };
}

/** Returns why a mail may be one of a loop: answers of machines (RFC 3834 §5), and mails that have passed many servers. */
function loopIn({ headers }: Email): string | undefined {
  const of = (name: string) => headers.filter(({ key }) => key === name);
  if (of("auto-submitted").some(({ value }) => /^\s*auto-replied\b/i.test(value)))
    return "it is an automatic reply (Auto-Submitted), which could answer a reply";
  if (of("received").length > MOST.received)
    return `it has passed more than ${MOST.received} servers (Received), so it may be in a loop`;
  return undefined;
}
