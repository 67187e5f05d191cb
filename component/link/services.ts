/** The addresses at which the server accepts components: given ones, or those in a name's SRV records (RFC 2782). */
import type { SrvRecord } from "node:dns";
import { Resolver } from "node:dns/promises";
import { ownText } from "../xml/own-texts.js";

/** Looks up the SRV records of a name. */
export type SrvLookup = (name: string) => Promise<readonly SrvRecord[]>;

/** The SRV label for components. Unspecified, but Openfire announces it; Cisco's servers and tokio-xmpp look it up. */
const LABEL = "_xmpp-component._tcp";
const BY_NAME = /^xmpp-srv:\/\/(.+)$/;
/** How long a lookup may take, in milliseconds; after that, the result of the last lookup is used. */
const LOOKUP_MS = 500;

export class Services {
  /** The result of the last lookup, by name. */
  readonly #known = new Map<string, readonly string[]>();
  #last: string | undefined;

  /** @param given addresses, each in the form "xmpp://ADDRESS:PORT" or "xmpp-srv://NAME" */
  constructor(
    private readonly given: readonly string[],
    private readonly lookup: SrvLookup = lookUp,
  ) {}

  /** All given addresses, for the log. */
  get names(): string {
    return this.given.join(", ");
  }

  /** Returns the addresses to try, beginning with the one that worked last. `fault`: why a name has none. */
  async inOrder(): Promise<{ addresses: readonly string[]; fault?: string }> {
    const addresses = new Set<string>();
    let fault: string | undefined;
    for (const service of this.given) {
      const found = await this.#addressesOf(service);
      if (typeof found === "string") fault ??= found;
      else for (const address of found) addresses.add(address);
    }
    const all = [...addresses];
    const at = this.#last === undefined ? -1 : all.indexOf(this.#last);
    const order = at < 0 ? all : [...all.slice(at), ...all.slice(0, at)];
    return { addresses: order, ...(fault !== undefined && { fault }) };
  }

  /** Notes the address at which the server accepted the component. */
  worked(address: string): void {
    this.#last = address;
  }

  async #addressesOf(service: string): Promise<readonly string[] | string> {
    const [, name] = BY_NAME.exec(service) ?? [];
    if (name === undefined) return [service];
    const found = await this.#find(`${LABEL}.${name}`);
    if (typeof found !== "string") this.#known.set(ownText(name), found);
    return this.#known.get(name) ?? found;
  }

  async #find(name: string): Promise<readonly string[] | string> {
    try {
      // The target "." means that the domain doesn't offer the service.
      const records = (await this.lookup(name)).filter((record) => record.name !== "" && record.name !== ".");
      if (records.length > 0) return inTurn(records).map(({ name: host, port }) => `xmpp://${host}:${port}`);
      return `the SRV records of ${name} list no server`;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      return `${name} has no SRV records (${code})`;
    }
  }
}

function lookUp(name: string): Promise<readonly SrvRecord[]> {
  return new Resolver({ timeout: LOOKUP_MS, tries: 1 }).resolveSrv(name);
}

/** Returns the records ordered by priority; within a priority, at random by weight (RFC 2782). */
function inTurn(records: readonly SrvRecord[]): SrvRecord[] {
  const rest = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const order: SrvRecord[] = [];
  while (rest.length > 0) {
    const equals = rest.filter(({ priority }) => priority === rest[0]?.priority);
    let left = Math.random() * equals.reduce((sum, { weight }) => sum + weight, 0);
    let drawn = 0;
    for (const [at, { weight }] of equals.entries()) {
      drawn = at;
      left -= weight;
      if (left <= 0) break;
    }
    order.push(...rest.splice(drawn, 1));
  }
  return order;
}
