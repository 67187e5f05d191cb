/** The options of a private server, the same for ejabberd and Prosody. */

export interface ComponentOptions {
  readonly domain: string;
  /** The component's secret on the server; absent: "SECRET". */
  readonly password?: string;
  /**
   * Whether the component may send stanzas from users' addresses (ejabberd's check_from, Prosody's
   * validate_from_addresses); absent: true.
   */
  readonly sendsAsUsers?: boolean;
  /** Whether hosts permit messages in users' names and requests for vCards (XEP-0356); absent: false. */
  readonly privileged?: boolean;
}

export interface ServerModules {
  /** Message archive (XEP-0313). */
  readonly archive: boolean;
  readonly offline: boolean;
  /** Copies of messages to a user's other sessions (XEP-0280). */
  readonly carbons: boolean;
  /** vcard-temp (XEP-0054). */
  readonly vcard: boolean;
  /** Users' own data such as bookmarks (XEP-0163), which privileged components may read and set. */
  readonly pep: boolean;
  /** The domain of the server's own rooms (XEP-0045). */
  readonly muc: string | undefined;
  /** The domain of the multicast service for stanzas to many addresses (XEP-0033; ejabberd only). */
  readonly multicast: string | undefined;
  /** The upload service (XEP-0363), and whether components may use it, which servers don't permit by themselves. */
  readonly upload: { readonly domain: string; readonly isOpen: boolean } | undefined;
  /** Unencrypted connections of browsers by WebSocket (RFC 7395). */
  readonly webSocket: boolean;
  /**
   * An HTTP API: all commands of ejabberd, without authentication; or Prosody's mod_rest, from Debian's
   * package prosody-modules, with users' passwords.
   */
  readonly httpApi: boolean;
}

export interface ServerOptions {
  /** The domains of the server's users; absent: `["qtalk.test.org"]`. */
  readonly hosts?: readonly string[];
  /** The server's components; absent: one component, `conference.FIRST-HOST`. */
  readonly components?: readonly ComponentOptions[];
  /** The server's modules; absent: archive, offline, carbons and vcard. */
  readonly modules?: Partial<ServerModules>;
  /**
   * Further configuration. For ejabberd, it is YAML: lists and maps are joined with the present ones, and other values
   * replaced. For Prosody, it is Lua at the end of the global section, and may contain VirtualHost and Component.
   */
  readonly extra?: string;
}

export interface Account {
  readonly username: string;
  readonly password: string;
  /** The account's host; absent: the server's first host. */
  readonly host?: string;
}

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
  pep: false,
  muc: undefined,
  multicast: undefined,
  upload: undefined,
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
