/** Mails to a hook, with and without its secret: what parsers of MIME and HTML, and SMTP servers, may fail on. */
import fc from "fast-check";
import type { Generator, Step } from "./case.js";
import { text, weighted } from "./text.js";

/** The largest mail that the component takes, in characters. */
const MAIL = 1024 ** 2;
const PIECES = {
  "": [
    "\r\n",
    "x\r\n",
    "x",
    " ",
    "x: y\r\n",
    " y\r\n",
    ".\r\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "\0",
  ],
  "Subject: ": ["=?utf-8?q?a?= ", "=?utf-8?b?YQ?=", "x", "=?"],
  "To: ": ["a@b, ", "a:b;", "(", "<", '"a"'],
  "Content-Type: text/plain": ["; a=b", "; a*0*=b", ' ;a="'],
  "Content-Type: multipart/mixed; boundary=a\r\n\r\n": [
    "--a\r\n\r\n\r\n",
    "--a\n\n",
    "--a\r\nContent-Disposition: attachment\r\n\r\nx\r\n",
  ],
  "Content-Type: text/html\r\n\r\n": [
    "<b>",
    "<p>x",
    "<ul><li>",
    "<!--",
    "<a href=x>",
    "<br>",
    "&amp;",
    "<blockquote>",
  ],
  "Content-Type: text/html\r\n\r\n<table>": [
    "<tr><td>x",
    "<td rowspan=9999>x",
    "<tr><td colspan=9999>x<td>y",
  ],
  "Content-Transfer-Encoding: base64\r\n\r\n": ["QUFB", "Q\r\n"],
  "Content-Transfer-Encoding: quoted-printable\r\n\r\n": ["=41", "x=\r\n"],
  "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n": ["x \r\n", " \r\n"],
};

const filled = fc
  .constantFrom(...Object.entries(PIECES))
  .chain(([head, pieces]) =>
    fc
      .tuple(fc.constantFrom(...pieces), fc.constantFrom(900, 60_000, MAIL))
      .map(([piece, size]) => head + piece.repeat(Math.max(0, (size - head.length) / piece.length))),
  );
const random = fc.tuple(text, text).map(([subject, body]) => `Subject: ${subject}\r\n\r\n${body}`);
const mail = fc
  .tuple(weighted([3, filled], [1, random]), weighted([4, fc.constant(true)], [1, fc.constant(false)]))
  .map(([data, isEntitled]): Step[] => [{ do: "mail", data, isEntitled }]);
/** Commands without a right: long lines, many commands, connections that say nothing. */
const commands = fc
  .tuple(
    fc.constantFrom("", "EHLO x\r\n", "EHLO x\r\nMAIL FROM:<>\r\n"),
    fc.constantFrom(
      "x",
      "NOOP\r\n",
      "RCPT TO:<a@b>\r\n",
      "AUTH PLAIN AGEAYg==\r\n",
      "DATA\r\n",
      "\0",
      "\r\n",
    ),
    fc.constantFrom(0, 100, 20_000, 200_000),
  )
  .map(([start, piece, times]): Step[] => [{ do: "bytes", to: "mail", start, piece, times, isRead: true }]);

export const mails: Generator = { name: "mails", batch: 20, steps: weighted([5, mail], [1, commands]) };
