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
  "a row of many cells": html(`<table><tr>${"<td>x".repeat(50_000)}`),
};
/** Takes the parser of HTML a second at least. */
const SLOW = DEAR["a row of many cells"] ?? "";

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
      expect(await refused).to.match(
        /^the mail (?:has more than 100000 lines|took (?:more than 500 ms|too much memory) to read)/,
      );
      expect(await later).to.equal("the next one");
      clearImmediate(next);
      expect(turns).to.be.above(10);
    });

  it("waits for one of another hook at most, however many that has", async () => {
    const order: string[] = [];
    const reads = ["a", "b", "a", "a", "b", "b", "c"].map(async (owner, at) => {
      await said(owner === "c" ? "Subject: x\r\n\r\ny" : SLOW, owner);
      order.push(`${owner}${at}`);
    });
    await Promise.all(reads);
    expect(order.slice(0, 3)).to.deep.equal(["a0", "b1", "c6"]);
  });

  it("of very many parts is refused before they are parsed", async () => {
    expect(await said(multipart("--a\r\n\r\nx\r\n".repeat(5_001)))).to.match(
      /^the mail has more than 5000 lines/,
    );
    expect(await said(multipart("--a\r\n\r\nx\r\n".repeat(1_000)))).to.match(/^x\s/);
  });

  it("of many short lines is read", async () => {
    const text = await said(`Subject: x\r\n\r\n${"ab\r\n".repeat(99_000)}`);
    expect(text).to.equal("ab\n".repeat(99_000).trim());
  });

  it("of a table whose cells cover very many columns is read", async () => {
    const cells = "<tr><td colspan=9999>x<td colspan='9999'>y".repeat(500);
    expect(await said(html(`<table>${cells}</table>`))).to.match(/^x +y\nx +y\n/);
  });

  it("isn't charged for what others do meanwhile", async () => {
    await said("Subject: x\r\n\r\nstarts the thread");
    await new Promise(setImmediate);
    const read = said(`Subject: x\r\n\r\n${"x\r\n".repeat(20_000)}`);
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 600_000);
    expect(await read).to.match(/^x\n/);
  });

  it("takes no more memory while it waits than it has", async () => {
    const mails = Array.from({ length: 20 }, () => Buffer.alloc(MEGABYTE, "Subject: x\r\n"));
    const before = process.memoryUsage().arrayBuffers;
    const reads = mails.map((mail) => readMail(mail, "a"));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(3 * MEGABYTE);
    await Promise.all(reads);
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
