/** A private ejabberd server. Erlang without a node name needs neither epmd nor a cookie. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Program } from "./daemon.js";
import { findExecutable } from "./installed.mjs";
import { requireServer, Server } from "./private-server.js";
import type { Account, ServerOptions, ServerSettings } from "./options.js";
import { LOOPBACK } from "./ports.js";

type Yaml = Record<string, unknown>;

/** Idle schedulers don't busy-wait, because other processes of the machine need the processor. */
const ERLANG = ["+K", "true", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "-noinput"];

export class Ejabberd extends Server {
  /** Each component has a listener of its own, because check_from is an option of listeners. */
  protected override readonly hasPortForEach = true;

  constructor(options?: ServerOptions) {
    super("ejabberd", options);
  }

  /** Without the command's name. Some commands are open without `modules.httpApi`, too. */
  override get api(): string {
    return `http://${LOOPBACK}:${this.home.httpPort}/api`;
  }

  override get webSocket(): string {
    return `ws://${LOOPBACK}:${this.home.httpPort}/ws`;
  }

  override async addAccounts(...accounts: readonly Account[]): Promise<void> {
    await Promise.all(
      accounts.map(async ({ username, password, host = this.host }) => {
        const body = JSON.stringify({ user: username, host, password });
        const answer = await fetch(`${this.api}/register`, { method: "POST", body });
        const said = await answer.text();
        // A killed server may have saved an account that is added again.
        const isKnown = said.includes('"code":10090');
        if (!answer.ok && !isKnown) throw new Error(`ejabberd did not register ${username}@${host}: ${said}`);
      }),
    );
  }

  override async unloadPrivilege(): Promise<void> {
    const file = join(this.home.folder, "ejabberd.yml");
    const before = readFileSync(file, "utf8");
    const { modules, ...others } = parse(before) as { readonly modules: Yaml };
    const left = Object.entries(modules).filter(([name]) => name !== "mod_privilege");
    writeFileSync(file, stringify({ ...others, modules: Object.fromEntries(left) }));
    const answer = await fetch(`${this.api}/reload_config`, { method: "POST", body: "{}" });
    if (!answer.ok) throw new Error(`ejabberd did not reload its configuration: ${await answer.text()}`);
    writeFileSync(file, before);
  }

  protected override writeConfiguration(folder: string): void {
    const configuration = merge(this.#configuration(), parse(this.settings.extra) as unknown);
    const file = join(folder, "ejabberd.yml");
    // ejabberd doesn't read anchors and aliases of YAML.
    writeFileSync(file, stringify(configuration, { aliasDuplicateObjects: false }), { mode: 0o600 });
    this.own(file);
    // All addresses here are numeric; this file keeps Erlang from asking a name server, which could take
    // seconds.
    writeFileSync(join(folder, "inetrc"), "{lookup, [file]}.\n");
  }

  protected override program(folder: string): Program {
    const { erl, libraries } = installation(requireServer("ejabberd"));
    return {
      command: erl,
      args: [...ERLANG, "-mnesia", "dir", JSON.stringify(join(folder, "data")), "-s", "ejabberd"],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        ERL_LIBS: libraries,
        ERL_INETRC: join(folder, "inetrc"),
        ERL_CRASH_DUMP: join(folder, "crash.dump"),
        EJABBERD_CONFIG_PATH: join(folder, "ejabberd.yml"),
        EJABBERD_LOG_PATH: join(folder, "ejabberd.log"),
      },
    };
  }

  #configuration(): Yaml {
    const { hosts, components, modules } = this.settings;
    const privileged = components.filter((component) => component.privileged).map(({ domain }) => domain);
    return {
      hosts,
      // Logging every stanza would slow the server down.
      loglevel: "warning",
      listen: [
        { port: this.clientPort, ip: LOOPBACK, module: "ejabberd_c2s" },
        {
          port: this.home.httpPort,
          ip: LOOPBACK,
          module: "ejabberd_http",
          request_handlers: {
            "/api": "mod_http_api",
            ...(modules.webSocket && { "/ws": "ejabberd_http_ws" }),
            ...(modules.upload && { "/upload": "mod_http_upload" }),
          },
        },
        ...components.map((component, index) => ({
          port: this.components[index]?.port,
          ip: LOOPBACK,
          module: "ejabberd_service",
          check_from: !component.sendsAsUsers,
          global_routes: false,
          hosts: { [component.domain]: { password: component.password } },
        })),
      ],
      api_permissions: {
        "private API": {
          from: "mod_http_api",
          who: { ip: "127.0.0.1/8" },
          what: modules.httpApi ? "*" : ["register", "reload_config"],
        },
      },
      acl: {
        privileged: { server: privileged },
        local: { user_regexp: "" },
        components: { server: components.map(({ domain }) => domain) },
      },
      access_rules: {
        privileged: { allow: "privileged" },
        local: { allow: "local" },
        uploaders: [{ allow: "local" }, { allow: "components" }],
      },
      modules: {
        ...moduleTable(modules, privileged.length > 0),
        ...(modules.upload && {
          mod_http_upload: {
            host: modules.upload.domain,
            docroot: join(this.home.folder, "uploads"),
            put_url: `http://${LOOPBACK}:${this.home.httpPort}/upload`,
            ...(modules.upload.isOpen && { access: "uploaders" }),
          },
        }),
      },
    };
  }
}

function moduleTable(modules: ServerSettings["modules"], privileged: boolean): Yaml {
  return {
    mod_admin_extra: {},
    mod_disco: {},
    mod_http_api: {},
    mod_last: {},
    mod_ping: {},
    mod_private: {},
    mod_roster: {},
    ...(modules.archive && { mod_mam: { default: "always" } }),
    ...(modules.offline && { mod_offline: {} }),
    ...(modules.carbons && { mod_carboncopy: {} }),
    ...(modules.vcard && { mod_vcard: { search: false } }),
    ...(modules.pep && { mod_caps: {}, mod_pubsub: { plugins: ["flat", "pep"] } }),
    ...(modules.muc !== undefined && { mod_muc: { host: modules.muc } }),
    ...(modules.multicast !== undefined && {
      mod_multicast: { host: modules.multicast, limits: { local: UNLIMITED, remote: UNLIMITED } },
    }),
    ...(privileged && {
      mod_privilege: {
        message: { outgoing: "privileged" },
        iq: {
          "vcard-temp": { get: "privileged" },
          ...(modules.pep && { "http://jabber.org/protocol/pubsub": { both: "privileged" } }),
        },
      },
    }),
  };
}

const UNLIMITED = { message: "infinite", presence: "infinite" };

/** Merges configurations: lists are joined, maps merged, other values replaced by those of `extra`. */
function merge(base: unknown, extra: unknown): unknown {
  if (extra === undefined || extra === null) return base;
  if (Array.isArray(base) && Array.isArray(extra)) return [...(base as unknown[]), ...(extra as unknown[])];
  if (!isMap(base) || !isMap(extra)) return extra;
  const merged: Yaml = { ...base };
  for (const [key, value] of Object.entries(extra)) merged[key] = merge(merged[key], value);
  return merged;
}

function isMap(value: unknown): value is Yaml {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the paths of Erlang and of ejabberd's code, as the shell script ejabberdctl defines them. */
function installation(ejabberdctl: string): { erl: string; libraries: string } {
  const script = readFileSync(ejabberdctl, "utf8");
  const literal = (name: string) => new RegExp(`^${name}=["']?(/[^"'$\\n]*)`, "m").exec(script)?.[1];
  return {
    erl: literal("ERL") ?? findExecutable("erl") ?? join(dirname(ejabberdctl), "erl"),
    libraries: literal("ERL_LIBS") ?? join(dirname(ejabberdctl), "..", "lib"),
  };
}
