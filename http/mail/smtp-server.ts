/**
 * Takes mail for hooks over SMTP (RFC 5321), from programs that can't do HTTP: the recipient is `ID+SECRET@ANY.DOMAIN`,
 * or the client logs in with the hook's id and secret. A mail is accepted when its message is on disk. Nothing is relayed.
 *
 * A mail that is being stored is always answered with what became of it: a client that hears 421 sends it again.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from "smtp-server";
import type { Logger } from "winston";
import { inBackground } from "../../component/background.js";
import { HookFault, hookFaultOf, type FaultKind } from "../../component/hooks/fault.js";
import { mail as mailFormat } from "../../component/hooks/formats/mail.js";
import { AUTO } from "../../component/hooks/formats/formats.js";
import type { Hook } from "../../component/hooks/hook.js";
import type { HeldBytes } from "../../component/hooks/post-bytes.js";
import { Refusal } from "../../component/refusal.js";
import type { CallLog } from "../call-log.js";
import type { Calls } from "../calls.js";
import type { HooksApi } from "../hooks/requests.js";
import type { SmtpConfig } from "./config.js";
import { GatheredBytes } from "./gathered-bytes.js";
import { readMail } from "./reader.js";

export interface MailServerOptions {
  readonly config: SmtpConfig;
  readonly hooks: HooksApi;
  /** Runs work that the component waits for when it stops. */
  readonly during: Calls["during"];
  readonly records: Pick<CallLog, "countUse">;
  readonly log: Logger;
}

type SmtpConnection = SMTPServer["connections"] extends Set<infer Connection> ? Connection : never;

/** How long a client may be silent, in milliseconds (RFC 5321 §4.5.3.2 asks for 5 minutes of servers that relay). */
const SILENT_MS = 60_000;
/** How long connections may take to end when the component stops, in milliseconds. */
const CLOSE_MS = 1_000;

/** The replies to mails that a hook refuses: codes of 4 make clients try again. */
const CODES: Readonly<Record<FaultKind, number>> = {
  payload: 554,
  attachments: 554,
  empty: 554,
  template: 554,
  large: 552,
  fast: 451,
  signature: 550,
  suffix: 550,
  missing: 550,
  gone: 550,
  forbidden: 550,
  undelivered: 554,
  unanswered: 451,
  unavailable: 451,
};

/** How a mail is kept as a post: posts of this type are read as mails, too. */
const MAIL_HEADERS = [["Content-Type", "message/rfc822"]] as const;

const STOPPING = "the component is stopping; try again";
const NO_HOOK =
  "no hook has this address: mail to ID+SECRET@ANY.DOMAIN, the two parts of the hook's URL /hooks/ID/SECRET, or log in with them";

/** What is known of a connection. */
interface MailState {
  /** The hook that the recipient or the login named. */
  hook?: Hook | undefined;
  /** The bytes of the mail that is being sent, until its answer; the connection may close before. */
  held?: HeldBytes | undefined;
  /** Whether its mail is being stored. */
  isStoring: boolean;
}

export class MailServer {
  readonly #server: SMTPServer;
  readonly #states = new WeakMap<SMTPServerSession, MailState>();
  #isStopping = false;

  constructor(private readonly options: MailServerOptions) {
    const { certificate, key, message_bytes, max_connections } = options.config;
    const hasTls = certificate !== undefined && key !== undefined;
    this.#server = new SMTPServer({
      name: "qtalk-component",
      banner: "qtalk-component: mail to hooks only",
      size: message_bytes,
      maxClients: max_connections,
      socketTimeout: SILENT_MS,
      closeTimeout: CLOSE_MS,
      disableReverseLookup: true,
      authOptional: true,
      authMethods: ["PLAIN", "LOGIN"],
      allowInsecureAuth: !hasTls,
      logger: false,
      ...(hasTls ? { cert: readFileSync(certificate), key: readFileSync(key) } : { hideSTARTTLS: true }),
      onAuth: ({ username, password }, session, done) => {
        const hook = options.hooks.find(username ?? "", password ?? "");
        if (hook === undefined) {
          done(replyOf(535, "there is no such hook, or the secret is wrong"));
          return;
        }
        this.#stateOf(session).hook = hook;
        done(null, { user: hook.name });
      },
      onRcptTo: (address, session, done) => {
        const refused = this.#recipient(address, session);
        done(refused ?? null);
      },
      onClose: (session) => this.#release(session),
      onData: (stream, session, done) => {
        const gathered = new GatheredBytes(message_bytes);
        const held = this.#hold(session);
        let refusal: Refusal | undefined;
        stream.on("data", (piece: Buffer) => {
          if (!stream.sizeExceeded) refusal ??= held?.take(piece.length);
          if (!stream.sizeExceeded && refusal === undefined) gathered.add(piece);
          else {
            gathered.take();
            this.#release(session);
          }
        });
        stream.on("end", () => {
          const body = stream.sizeExceeded ? undefined : (refusal ?? gathered.take());
          inBackground(this.#answer(session, body, done), "answering a mail", options.log);
        });
      },
    });
    // The library refuses whatever is above maxClients.
    this.#server.server.prependListener("connection", () => this.#makeRoom());
    this.#server.on("error", (error) => options.log.debug(`Mail: ${error.message}`));
  }

  /** Listens, and returns the port. */
  async listen(): Promise<number> {
    const { listen } = this.options.config;
    if (listen === undefined) throw new Error("smtp.listen isn't set");
    const server = this.#server.listen(listen.port, listen.host);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** Takes no more mail: connections end, except those whose mail is being stored, which end after its answer. */
  stop(): void {
    this.#isStopping = true;
    this.#server.server.close();
    for (const connection of this.#server.connections)
      if (!this.#stateOf(connection.session).isStoring) connection.send(421, STOPPING);
  }

  /** Ends the connections. What is still being stored has to be answered before. */
  async close(): Promise<void> {
    this.stop();
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  /**
   * At the limit of connections, closes the oldest that has named no hook, of the address with the most; or one of a hook
   * that has more than half of them. So nobody keeps others from sending.
   */
  #makeRoom(): void {
    const { connections } = this.#server;
    if (connections.size < this.options.config.max_connections) return;
    const strangers = new Map<string, SmtpConnection[]>();
    const known = new Map<string, SmtpConnection[]>();
    for (const connection of connections) {
      const { hook, isStoring } = this.#stateOf(connection.session);
      if (isStoring) continue;
      const [groups, key] = hook === undefined ? [strangers, connection.remoteAddress] : [known, hook.id];
      groups.set(key, [...(groups.get(key) ?? []), connection]);
    }
    const [stranger] = largest(strangers);
    const ofHook = largest(known);
    const closed = stranger ?? (ofHook.length > connections.size / 2 ? ofHook[0] : undefined);
    closed?.send(421, "too many connections; try again");
  }

  /** Notes the hook that a recipient names; or returns the refusal. */
  #recipient({ address }: SMTPServerAddress, session: SMTPServerSession): Error | undefined {
    // A mail is answered once, so each recipient gets a mail of its own (RFC 5321 §4.5.3.1.10).
    if (session.envelope.rcptTo.length > 0) return replyOf(452, "one recipient at a time");
    const [, id = "", secret = ""] = /^([\w-]{1,64})\+([\w-]{1,128})@/.exec(address) ?? [];
    const named = this.options.hooks.find(id, secret);
    const hook = named ?? (session.user === undefined ? undefined : this.#stateOf(session).hook);
    if (hook === undefined) return replyOf(550, NO_HOOK);
    if (hook.format !== AUTO && hook.format !== mailFormat.name && hook.format !== "text") {
      this.#count(hook, true);
      return replyOf(
        550,
        `the hook ${hook.name} takes posts in the format ${hook.format}: mail needs a hook with the format auto or mail`,
      );
    }
    const excess = this.options.hooks.rates.refuse(hook);
    if (excess !== undefined) {
      this.#count(hook, true);
      return replyOf(CODES[excess.kind], excess.message);
    }
    this.#stateOf(session).hook = hook;
    return undefined;
  }

  #stateOf(session: SMTPServerSession): MailState {
    const known = this.#states.get(session);
    if (known !== undefined) return known;
    const state: MailState = { isStoring: false };
    this.#states.set(session, state);
    return state;
  }

  /** Begins to count the bytes of a mail; undefined if the connection has named no hook. */
  #hold(session: SMTPServerSession): HeldBytes | undefined {
    const state = this.#stateOf(session);
    state.held = state.hook && this.options.hooks.bytes.begin(state.hook);
    return state.held;
  }

  #release(session: SMTPServerSession): void {
    const state = this.#stateOf(session);
    state.held?.end();
    state.held = undefined;
  }

  /** Counts a mail as a post to its hook. */
  #count(hook: Hook | undefined, isRefused: boolean): void {
    if (hook !== undefined) this.options.records.countUse("hook", hook.name, isRefused);
  }

  /** Answers a mail. @param body undefined: it is too large */
  async #answer(
    session: SMTPServerSession,
    body: Buffer | Refusal | undefined,
    done: (error: Error | null, reply?: string) => void,
  ): Promise<void> {
    // Its connection has been told so.
    if (this.#isStopping) {
      done(replyOf(421, STOPPING));
      return;
    }
    const state = this.#stateOf(session);
    state.isStoring = true;
    const reply = await this.#accept(session, body).catch((error: unknown) => {
      this.options.log.error("A mail to a hook failed", { error });
      return replyOf(451, "internal error; nothing was sent");
    });
    state.isStoring = false;
    this.#release(session);
    this.#count(state.hook, reply instanceof Error);
    if (reply instanceof Error) done(reply);
    else done(null, reply);
    this.#endIfStopping(session);
  }

  #endIfStopping(session: SMTPServerSession): void {
    if (!this.#isStopping) return;
    for (const connection of this.#server.connections)
      if (connection.session === session) connection.send(421, STOPPING);
  }

  /** Accepts a mail. @param body undefined: it is too large @returns the reply's text, or the refusal */
  async #accept(session: SMTPServerSession, body: Buffer | Refusal | undefined): Promise<string | Error> {
    const { hooks, during, config } = this.options;
    const { hook } = this.#stateOf(session);
    if (hook === undefined) return replyOf(550, NO_HOOK);
    if (body === undefined)
      return this.#refuse(
        hook,
        new HookFault(
          "large",
          `the mail has more than the ${config.message_bytes} bytes allowed (smtp.message_bytes)`,
        ),
      );
    if (body instanceof Refusal) return this.#refuse(hook, hookFaultOf(body));
    hooks.rates.charge(hook, { bytes: body.length });
    const raw = { method: "POST", suffix: "", query: undefined, headers: MAIL_HEADERS, body };
    hooks.captures.keep(hook.id, () => raw, this.#secretsIn(session));
    const { mail, ms } = await readMail(body, hook.id);
    hooks.rates.charge(hook, { ms });
    if (mail instanceof HookFault) return this.#refuse(hook, mail);
    const { messageId, ...content } = mail;
    const posted = { headers: {}, ...content };
    const request = randomUUID();
    const key = messageId === undefined ? undefined : `mail ${messageId.slice(0, 200)}`;
    const outcome = await during(() => hooks.receive(hook, { posted, key, body, request }));
    if (outcome instanceof Refusal) return replyOf(451, outcome.message);
    if (outcome instanceof HookFault) return replyOf(CODES[outcome.kind], outcome.message);
    this.options.log.info(`mail by ${hook.name}: ${outcome.delivery}`, { request });
    return `OK ${outcome.delivery} ${outcome.id}`.trim();
  }

  /** Returns what a client has said to name its hook: mail servers write the recipient into the mail. */
  #secretsIn({ envelope }: SMTPServerSession): readonly string[] {
    return envelope.rcptTo.flatMap(({ address }) => /\+([\w-]+)@/.exec(address)?.[1] ?? []);
  }

  #refuse(hook: Hook, fault: HookFault): Error {
    this.options.hooks.countRefused(hook, fault);
    return replyOf(CODES[fault.kind], fault.message);
  }
}

function largest<T>(groups: ReadonlyMap<string, readonly T[]>): readonly T[] {
  return [...groups.values()].reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Returns a reply that refuses. Replies are one line. */
function replyOf(responseCode: number, message: string): Error {
  return Object.assign(new Error(message.replace(/\s+/g, " ")), { responseCode });
}
