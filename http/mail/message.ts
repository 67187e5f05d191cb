/** Parses mails (RFC 5322, MIME) to posts: the subject, the text, and the attachments. */
import { compile } from "html-to-text";
import PostalMime, { type Attachment, type Email } from "postal-mime";

/** How many attachments and characters of HTML are read, and how many hops and how much nesting a mail may have. */
const MOST = { files: 60, html: 256 * 1024, received: 30, nesting: 20, headerBytes: 64 * 1024 };
/**
 * How many lines a mail may have, and how many that may begin a part, "--" in front: the parser takes about 200 bytes for
 * a line, and a kilobyte for a part, however short they are.
 */
const MOST_LINES = { all: 100_000, dashed: 5_000 };
const LF = 0x0a;
const DASH = 0x2d;

/** Pictures inside HTML that are smaller are decoration. Graphs, such as those in Grafana's mails, are larger. */
const DECORATION_BYTES = 16 * 1024;

/** Of HTML, the text and the URLs of links, without pictures. */
const textOfHtml = compile({
  wordwrap: false,
  limits: { maxInputLength: MOST.html, maxDepth: 50, maxChildNodes: 1_000, ellipsis: "…" },
  selectors: [
    { selector: "img", format: "skip" },
    { selector: "a", options: { hideLinkHrefIfSameAsText: true, linkBrackets: false, noAnchorUrl: true } },
    { selector: "h1", options: { uppercase: false } },
    { selector: "h2", options: { uppercase: false } },
    { selector: "h3", options: { uppercase: false } },
    { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
  ],
});

export interface ParsedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a mail says; or why it is no notification, as the end of a sentence. */
export type ParsedMail =
  | {
      readonly mail: { readonly subject: string; readonly text: string };
      readonly messageId: string | undefined;
      readonly files: readonly ParsedFile[];
    }
  | { readonly fault: string };

/** Parses a mail, in any time and memory: only reader.ts may call it. */
export async function parseMail(bytes: Uint8Array): Promise<ParsedMail> {
  const dear = excessIn(bytes);
  if (dear !== undefined) return { fault: dear };
  try {
    const email = await PostalMime.parse(bytes, {
      maxNestingDepth: MOST.nesting,
      maxHeadersSize: MOST.headerBytes,
      attachmentEncoding: "arraybuffer",
    });
    const fault = loopIn(email);
    return fault === undefined ? contentOf(email) : { fault };
  } catch (error) {
    return { fault: `the mail can't be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Returns why a mail would take too much memory, before it is parsed. */
function excessIn(bytes: Uint8Array): string | undefined {
  let [all, dashed] = [0, 0];
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    all += 1;
    if (bytes[at + 1] === DASH && bytes[at + 2] === DASH) dashed += 1;
  }
  if (all > MOST_LINES.all) return `the mail has more than ${MOST_LINES.all} lines`;
  if (dashed > MOST_LINES.dashed)
    return `the mail has more than ${MOST_LINES.dashed} lines that begin with "--", as its parts do`;
  return undefined;
}

function contentOf(email: Email): ParsedMail {
  const text = email.text?.trim() ?? "";
  const body =
    text !== "" || email.html === undefined ? text : textOfHtml(withoutWideCells(email.html)).trim();
  const files = email.attachments
    .filter((attachment) => !isDecoration(attachment))
    .slice(0, MOST.files)
    .map(({ filename, mimeType, content }): ParsedFile => ({
      name: filename ?? "",
      type: mimeType.toLowerCase(),
      bytes: new Uint8Array(bytesOf(content)),
    }));
  return { mail: { subject: email.subject ?? "", text: body }, messageId: email.messageId, files };
}

/** Cells over ten columns or more become cells of one: a table is built with each cell that they cover. */
function withoutWideCells(html: string): string {
  return html.slice(0, MOST.html).replaceAll(/\b(?:col|row)span\s*=\s*["']?\d{2}/gi, "x=");
}

function bytesOf(content: Attachment["content"]): Uint8Array | ArrayBuffer {
  return typeof content === "string" ? Buffer.from(content) : content;
}

/** Whether an attachment is a logo, an icon or a pixel: a small picture inside the HTML, whose text alone is said. */
function isDecoration({ related, disposition, mimeType, content }: Attachment): boolean {
  const isInside = related === true && disposition !== "attachment";
  return isInside && /^image\//i.test(mimeType) && bytesOf(content).byteLength < DECORATION_BYTES;
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
