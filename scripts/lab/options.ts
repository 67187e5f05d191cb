/** The options of a private server, the same for ejabberd and Prosody. */

export interface ComponentOptions {
  readonly domain: string;
  /** The component's secret; "SECRET" by default. */
  readonly password?: string;
  /**
   * Whether the component may send stanzas from users' addresses (ejabberd: `check_from: false`; Prosody:
   * `validate_from_addresses = false`); true by default.
   */
  readonly sendsAsUsers?: boolean;
  /**
   * Whether the hosts permit the component to send messages in users' names and to request vCards (XEP-0356); false by
   * default.
   */
  readonly privileged?: boolean;
}

export interface ServerModules {
  /** Whether the server has a message archive (XEP-0313). */
  readonly archive: boolean;
  /** Whether the server stores messages to offline users. */
  readonly offline: boolean;
  /** Whether the server sends copies of messages to a user's other sessions (carbons, XEP-0280). */
  readonly carbons: boolean;
  /** Whether the server has vCards (vcard-temp, XEP-0054). */
  readonly vcard: boolean;
  /** The domain of the server's own rooms (XEP-0045); undefined for none. */
  readonly muc: string | undefined;
  /**
   * The domain of the server's multicast service, which sends one stanza to many addresses (XEP-0033; ejabberd only);
   * undefined for none.
   */
  readonly multicast: string | undefined;
  /** Whether browsers' clients can connect by WebSocket (RFC 7395), unencrypted. */
  readonly webSocket: boolean;
  /**
   * Whether the server has an HTTP API: all commands of ejabberd's, without authentication, on loopback; or Prosody's
   * mod_rest, from Debian's package prosody-modules, with users' passwords.
   */
  readonly httpApi: boolean;
}

export interface ServerOptions {
  /** The domains of the server's users; `["qtalk.test.org"]` by default. */
  readonly hosts?: readonly string[];
  /** The components; by default, one whose domain is `conference.` and the first host. */
  readonly components?: readonly ComponentOptions[];
  /** The modules; by default, archive, offline, carbons and vcard are on, and the others off. */
  readonly modules?: Partial<ServerModules>;
  /**
   * Further configuration in the server's own language. For ejabberd, it is YAML that is merged: lists and maps are
   * joined, other values replaced. For Prosody, it is Lua at the end of the global section, and may contain VirtualHost
   * and Component.
   */
  readonly extra?: string;
}

/** A user's account, to be added to the server. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** The host of the account; by default, the server's first host. */
  readonly host?: string;
}

/** The options with all defaults filled in. */
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
