/**
 * A component without a server, called over HTTP: a test sends requests, and sees the responses and the stanzas sent.
 */
import type { IncomingHttpHeaders } from "node:http";
import { DomainAliases } from "../../component/addresses/domain-aliases.js";
import { AddressResolver } from "../../component/operations/address-resolver.js";
import type { OperationContext } from "../../component/operations/context.js";
import { limitsConfig } from "../../component/config.js";
import type { Element } from "../../component/xml/builder.js";
import { GROUPS } from "../../http/endpoint.js";
import { resolver } from "../../http/caller-permissions.js";
import { ANYBODY } from "../../scripts/lab/callers.js";
import { DOMAIN, type PlayOptions } from "../component/muc/play.js";
import { Stage } from "../component/muc/stage.js";
import type { HttpStage } from "../plays/http-stage.js";
import type { RoomStage } from "../plays/rooms.js";
import { Interface } from "./interface.js";

/** Two hosts, one of which has an alias. */
const aliases = new DomainAliases({
  xmpp: {
    domain: DOMAIN,
    hosts: ["qtalk.test.org", "second.test.org"],
    host_aliases: { qtalk: "second.test.org" },
  },
});

/** A caller with all permissions. */
export const EVERYBODY = { ...ANYBODY, everyone: true };

export interface CalledOptions extends PlayOptions {
  /** Keys of the configuration's section http. */
  readonly config?: object;
  /** Keys of the configuration's section limits. */
  readonly limits?: object;
  /** Replaces parts of the component that the endpoints use. */
  readonly context?: Partial<OperationContext>;
}

export class CalledComponent implements HttpStage, RoomStage {
  answered?: IncomingHttpHeaders;

  private constructor(
    readonly play: Stage,
    readonly http: Interface,
  ) {}

  static async open({ config, limits = {}, context, ...rest }: CalledOptions = {}): Promise<CalledComponent> {
    const play = await new Stage(rest).ready();
    const http = await Interface.open({
      config: { also: GROUPS, callers: [EVERYBODY], ...config },
      limits,
      resolve: resolver(aliases),
      context: {
        ...play.context,
        addresses: new AddressResolver(aliases, false),
        limits: limitsConfig.parse(limits),
        ...context,
      },
    });
    return new CalledComponent(play, http);
  }

  /** Returns the stanzas sent since the last call of this method. */
  sentStanzas(): Element[] {
    return this.play.sent();
  }

  get names(): Map<string, string> {
    return this.play.names;
  }

  get rooms(): Stage {
    return this.play;
  }

  letsPass(ms: number): Promise<void> {
    return this.play.letsPass(ms);
  }

  stopsTime(): void {
    this.play.stopsTime();
  }

  get port(): number {
    return this.http.port;
  }

  async close(): Promise<void> {
    await this.http.close();
    this.play.ends();
  }
}
