/** The thread in which mails are parsed (reader.ts). It posts "ready", and then, for each mail, what it says. */
import { on } from "node:events";
import { parentPort } from "node:worker_threads";
import { parseMail, type ParsedMail } from "./message.js";

export type FromThread = "ready" | ParsedMail;

if (parentPort === null) throw new Error("reader.ts starts this thread");
const mails = on(parentPort, "message") as AsyncIterable<[Uint8Array]>;
parentPort.postMessage("ready" satisfies FromThread);
for await (const [bytes] of mails) {
  const mail: FromThread = await parseMail(bytes);
  parentPort.postMessage(mail, "fault" in mail ? [] : mail.files.map((file) => file.bytes.buffer));
}
