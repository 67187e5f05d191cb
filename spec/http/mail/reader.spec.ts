/** What a mail may cost: the parsers of MIME and HTML have no bounds. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import { readMail } from "../../../http/mail/reader.js";

const MEGABYTE = 1024 ** 2;
const html = (text: string): string => `Content-Type: text/html\r\n\r\n${text}`;
const multipart = (parts: string): string => `Content-Type: multipart/mixed; boundary=a\r\n\r\n${parts}`;
const filled = (head: string, piece: string): string =>
  head + piece.repeat(Math.floor((MEGABYTE - head.length) / piece.length));

/** On the main thread, each took 1 to 9 s in one turn, and up to 800 MB, or overflowed the stack. */
const DEAR: Readonly<Record<string, string>> = {
  "empty lines": filled("Subject: x\r\n\r\n", "\n"),
  "empty parts": filled(multipart(""), "--a\r\n\r\n\r\n"),
  "parts in parts": filled(
    Array.from({ length: 19 }, (_, depth) => "b".repeat(depth + 1))
      .map((boundary) => `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`)
      .join(""),
    "\r\n--x",
  ),
  "cells of many columns": html(`<table>${"<tr><td colspan=9999>x<td rowspan=9999>y".repeat(2_000)}`),
};

describe("A mail", () => {
  const said = async (mail: string, owner = "a"): Promise<string> => {
    const { mail: read } = await readMail(Buffer.from(mail), owner);
    return read instanceof HookFault ? read.message : (read.mail?.text ?? "");
  };

  for (const [kind, mail] of Object.entries(DEAR))
    it(`of ${kind} is refused, and nothing waits for it`, async () => {
      let turns = 0;
      const turn = (): void => {
        turns += 1;
        next = setImmediate(turn);
      };
      let next = setImmediate(turn);
      const refused = said(mail);
      const later = said("Subject: x\r\n\r\nthe next one");
      expect(await refused).to.match(/^the mail took (?:more than 500 ms|too much memory) to read/);
      expect(await later).to.equal("the next one");
      clearImmediate(next);
      expect(turns).to.be.above(100);
    });

  it("waits for one of another hook at most, however many that has", async () => {
    const order: string[] = [];
    const reads = ["a", "b", "a", "a", "b", "b", "c"].map(async (owner, at) => {
      await said(owner === "c" ? "Subject: x\r\n\r\ny" : (DEAR["empty lines"] ?? ""), owner);
      order.push(`${owner}${at}`);
    });
    await Promise.all(reads);
    expect(order.slice(0, 3)).to.deep.equal(["a0", "b1", "c6"]);
  });

  it("of the largest size is read", async () => {
    expect(await said(filled("Subject: x\r\n\r\n", `${"x".repeat(76)}\r\n`))).to.have.length.above(
      0.98 * MEGABYTE,
    );
    const file = filled(
      multipart(
        "--a\r\n\r\nseen\r\n--a\r\nContent-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n",
      ),
      `${"QUFB".repeat(19)}\r\n`,
    );
    const { mail, ms } = await readMail(Buffer.from(file), "a");
    expect(mail).to.have.nested.property("mail.text", "seen");
    expect(mail).to.have.nested.property("files[0].bytes.length").above(700_000);
    expect(ms).to.be.above(0);
  });
});
