/** The thread in which mails are parsed (reader.ts). It posts its name, and then, for each mail, what it says. */
import { on } from "node:events";
import { parentPort } from "node:worker_threads";
import { JoinedBlob } from "./joined-blob.js";
import { parseMail, type ParsedMail } from "./message.js";
import { ownThread } from "./thread-time.js";

/** First the thread's name (thread-time.ts): it is ready then. */
export type FromThread = { readonly thread: string | undefined } | ParsedMail;

Object.assign(globalThis, { Blob: JoinedBlob });

if (parentPort === null) throw new Error("reader.ts starts this thread");
const mails = on(parentPort, "message") as AsyncIterable<[Uint8Array]>;
parentPort.postMessage({ thread: ownThread() } satisfies FromThread);
for await (const [bytes] of mails) {
  const mail: FromThread = await parseMail(bytes);
  parentPort.postMessage(mail, "fault" in mail ? [] : mail.files.map((file) => file.bytes.buffer));
}
