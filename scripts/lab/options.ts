/** What can be asked of a private server, the same for ejabberd and Prosody. */

export interface ComponentOptions {
  readonly domain: string;
  /** "SECRET" by default. */
  readonly password?: string;
  /** Whether it may send as users of the server (`check_from: false`, `validate_from_addresses = false`); true by default. */
  readonly sendsAsUsers?: boolean;
  /** XEP-0356: the hosts permit it to send messages in their users' names, and to ask for vCards; false by default. */
  readonly privileged?: boolean;
}

export interface ServerModules {
  /** XEP-0313, the message archive. */
  readonly archive: boolean;
  /** Storage for messages to those who are away. */
  readonly offline: boolean;
  /** XEP-0280, copies for a user's other devices. */
  readonly carbons: boolean;
  /** XEP-0054, vcard-temp. */
  readonly vcard: boolean;
  /** The server's own rooms (XEP-0045), at this domain. */
  readonly muc: string | undefined;
  /** XEP-0033, one stanza to many addresses, at this domain; ejabberd only. */
  readonly multicast: string | undefined;
  /** RFC 7395, for clients in browsers; unencrypted. */
  readonly webSocket: boolean;
  /**
   * The server's own HTTP API: ejabberd's, all of it, for whoever reaches its port on loopback; Prosody's mod_rest, for
   * its users, which is in Debian's package prosody-modules.
   */
  readonly httpApi: boolean;
}

export interface ServerOptions {
  /** The server's own domains, those of its users; `["qtalk.test.org"]` by default. */
  readonly hosts?: readonly string[];
  /** One at `conference.` and the first host by default. */
  readonly components?: readonly ComponentOptions[];
  /** By default archive, offline, carbons and vcard are on, the others off. */
  readonly modules?: Partial<ServerModules>;
  /**
   * Further configuration in the server's own language. For ejabberd YAML, merged: lists and maps grow, else the
   * newer value holds. For Prosody Lua, at the end of the global section; VirtualHost and Component may follow in it.
   */
  readonly extra?: string;
}

/** An account of a user, to be added to the server. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** One of the server's hosts; the first by default. */
  readonly host?: string;
}

/** The options with every default filled in. */
export interface ServerSettings extends Required<ServerOptions> {
  readonly host: string;
  readonly components: readonly Required<ComponentOptions>[];
  readonly modules: ServerModules;
}

const DEFAULT_HOST = "qtalk.test.org";
const DEFAULT_MODULES: ServerModules = {
  archive: true,
  offline: true,
  carbons: true,
  vcard: true,
  muc: undefined,
  multicast: undefined,
  webSocket: false,
  httpApi: false,
};

export function withDefaults(options: ServerOptions): ServerSettings {
  const hosts = options.hosts ?? [DEFAULT_HOST];
  const host = hosts[0] ?? DEFAULT_HOST;
  const components = options.components ?? [{ domain: `conference.${host}` }];
  return {
    hosts,
    host,
    components: components.map((component) => ({
      password: "SECRET",
      sendsAsUsers: true,
      privileged: false,
      ...component,
    })),
    modules: { ...DEFAULT_MODULES, ...options.modules },
    extra: options.extra ?? "",
  };
}
