/** Asks for the server's software (XEP-0092, XEP-0030 §3.1) and uptime (XEP-0012), on demand, at most once a minute. */
import type { Logger } from "winston";
import { Jid } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { inBackground } from "../background.js";
import { cut } from "../../storage/unicode.js";

export interface ServerFacts {
  /** The host to which the requests were sent. */
  readonly host: string;
  /** The name of the software. This and the following fields are undefined if the server doesn't report them. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** When the server was started, in milliseconds since 1970. */
  readonly upSince: number | undefined;
}

const TIMEOUT_MS = 5_000;
/** The age at which responses are old, in milliseconds. */
const AGAIN_MS = 60_000;
const MAX_TEXT = 100;
const SECONDS = /^\d{1,10}$/;

export class ServerQuestions {
  readonly #host: Jid | undefined;
  #facts: ServerFacts | undefined;
  #askAt = 0;

  constructor(
    host: string,
    private readonly requests: Pick<IqRequests, "ask">,
    private readonly log: Pick<Logger, "error">,
  ) {
    this.#host = Jid.parse(host);
  }

  /** The server's last responses; undefined before the first. Starts new requests if the responses are old. */
  current(): ServerFacts | undefined {
    const now = performance.now();
    if (now >= this.#askAt) {
      this.#askAt = now + AGAIN_MS;
      inBackground(this.ask(), "asking for the server's version", this.log);
    }
    return this.#facts;
  }

  /** Forgets the responses, because a new link may lead to another server. */
  forget(): void {
    this.#facts = undefined;
    this.#askAt = 0;
  }

  async ask(): Promise<void> {
    const to = this.#host;
    if (to === undefined) return;
    const [software, activity, disco] = await Promise.all(
      [NS.version, NS.last, NS.discoInfo].map((namespace) => this.#query(to, namespace)),
    );
    const isSilent = (software ?? activity ?? disco) === undefined;
    if (isSilent && this.#facts !== undefined) return;
    const identity = disco?.getChildren("identity").find(({ attrs }) => attrs.category === "server");
    const seconds = activity?.attrs.seconds ?? "";
    this.#facts = {
      host: to.text,
      name: readable(software?.getChildText("name")) ?? readable(identity?.attrs.name),
      version: readable(software?.getChildText("version")),
      upSince: SECONDS.test(seconds) ? Date.now() - Number(seconds) * 1000 : undefined,
    };
  }

  async #query(to: Jid, namespace: string): Promise<Element | undefined> {
    const payload = xml("query", namespace);
    const answer = await this.requests.ask({ type: "get", to, payload, timeout: TIMEOUT_MS });
    return answer.kind === "result" ? answer.payload : undefined;
  }
}

/** Returns a text trimmed and shortened; undefined if it is blank. */
function readable(text: string | null | undefined): string | undefined {
  const plain = text?.trim() ?? "";
  return plain === "" ? undefined : cut(plain, MAX_TEXT);
}
