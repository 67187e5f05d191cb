/** Sends a mail as a client that says everything at once, and doesn't mind refusals. */
import { once } from "node:events";
import { connect } from "node:net";
import { LOOPBACK } from "../lab/ports.js";

const REPLY_MS = 60_000;

/** Returns the fault of the last reply; undefined if it is correct, or if the connection was closed with one. */
export async function sendMail(port: number, to: string, data: string): Promise<string | undefined> {
  const socket = connect(port, LOOPBACK).setEncoding("latin1");
  socket.on("error", () => undefined);
  const closed = once(socket, "close", { signal: AbortSignal.timeout(REPLY_MS) });
  let replies = "";
  socket.on("data", (text: string) => {
    // Data follows its permission; everything else may be sent at once.
    const isPermitted = /^354 /m.test(text);
    if (replies === "" && text.startsWith("220"))
      socket.write(`EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<${to}>\r\nDATA\r\n`);
    replies += text;
    if (isPermitted) socket.write(`${data.replaceAll(/^\./gm, "..")}\r\n.\r\nQUIT\r\n`);
    else if (/^503 /m.test(text)) socket.write("QUIT\r\n");
  });
  await closed.catch(() => socket.destroy());
  const last = replies.trimEnd().split("\r\n").at(-1) ?? "";
  return /^(?:221|421|5\d\d) /.test(last) && !/^451.*internal/m.test(replies)
    ? undefined
    : `a mail of ${data.length} characters, ${data.slice(0, 100)}: ${replies.slice(-500)}`;
}
