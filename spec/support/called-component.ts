/**
 * A component without a server, called over HTTP: a test sends requests, and sees the responses and the stanzas sent.
 */
import { expect } from "chai";
import { DomainAliases } from "../../component/addresses/domain-aliases.js";
import { AddressResolver } from "../../component/operations/address-resolver.js";
import type { OperationContext } from "../../component/operations/context.js";
import { limitsConfig } from "../../component/config.js";
import { GROUPS } from "../../http/endpoint.js";
import { resolver } from "../../http/caller-permissions.js";
import { DOMAIN, Play, type PlayOptions } from "../component/muc/play.js";
import { Interface, type InterfaceOptions, type Seen } from "./interface.js";

/** A caller with all permissions. */
export const EVERYBODY = {
  name: "all",
  addresses: ["127.0.0.1"],
  senders: ["*"],
  rooms: ["*"],
  everyone: true,
};

export interface CalledOptions extends PlayOptions {
  /** Keys of the configuration's section http. */
  readonly config?: object;
  /** Keys of the configuration's section limits. */
  readonly limits?: object;
  /** Replaces parts of the component that the endpoints use. */
  readonly context?: Partial<OperationContext>;
  readonly endpoints?: InterfaceOptions["endpoints"];
}

export class CalledComponent {
  #seen = 0;

  private constructor(
    readonly play: Play,
    readonly http: Interface,
  ) {}

  static async open({
    config,
    limits,
    context,
    endpoints,
    ...rest
  }: CalledOptions = {}): Promise<CalledComponent> {
    const play = await new Play(rest).ready();
    const http = await Interface.open({
      config: { also: GROUPS, callers: [EVERYBODY], ...config },
      limits: limits ?? {},
      resolve: resolver(new DomainAliases({ xmpp: { domain: DOMAIN, hosts: ["qtalk.test.org"] } })),
      context: { ...play.context, limits: limitsConfig.parse(limits ?? {}), ...context },
      ...(endpoints && { endpoints }),
    });
    return new CalledComponent(play, http);
  }

  /**
   * Sends a POST request.
   * @param name an endpoint's name, or a path
   * @param body text, or a value that is sent as JSON
   */
  post(name: string, body: unknown): Promise<Seen> {
    return this.http.request(name.startsWith("/") ? name : `/qtalk/${name}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Sends a request that must succeed. */
  async done(name: string, body: unknown): Promise<void> {
    const { text } = await this.post(name, body);
    expect(text).to.match(/^\{"ret":true|^ok$|^\{"data":"Send Message Ok"\}$/);
  }

  /** Sends a request that must be refused. @returns its errcode and errmsg */
  async refused(name: string, body: unknown): Promise<[errcode: number, errmsg: string]> {
    const { text } = await this.post(name, body);
    const { ret, errcode, errmsg } = JSON.parse(text) as { ret: boolean; errcode: number; errmsg: string };
    expect(ret, text).to.equal(false);
    return [errcode, errmsg];
  }

  /** Returns the stanzas sent since the last call of this method. */
  sent(): string[] {
    const all = this.play.link.withoutPings.map(String);
    return all.slice(this.#seen, (this.#seen = all.length));
  }

  async close(): Promise<void> {
    await this.http.close();
    this.play.close();
  }
}

/** Resolves addresses at two hosts, one of which has an alias. */
export const twoHosts = new AddressResolver(
  new DomainAliases({
    xmpp: {
      domain: DOMAIN,
      hosts: ["qtalk.test.org", "second.test.org"],
      host_aliases: { qtalk: "second.test.org" },
    },
  }),
  false,
);
