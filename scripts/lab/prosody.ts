/** A private Prosody server. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Program } from "./daemon.js";
import { findExecutable } from "./installed.mjs";
import { NoServer, requireServer, Server } from "./private-server.js";
import type { Account, ServerOptions, ServerSettings } from "./options.js";
import { LOOPBACK } from "./ports.js";

export class Prosody extends Server {
  /** @throws Error if the options request a multicast service, because Prosody has none */
  constructor(options?: ServerOptions) {
    super("prosody", options);
    if (this.settings.modules.multicast !== undefined) throw new Error("Prosody has no multicast service");
  }

  override get webSocket(): string {
    return `ws://${LOOPBACK}:${this.home.httpPort}/xmpp-websocket`;
  }

  /** mod_rest requires a user's name and password. */
  override get api(): string {
    return `http://${LOOPBACK}:${this.home.httpPort}/rest`;
  }

  /** Writes the accounts into Prosody's storage, which Prosody reads at every login. */
  override addAccounts(...accounts: readonly Account[]): Promise<void> {
    for (const { username, password, host = this.host } of accounts) {
      const folder = join(this.home.folder, "data", fileName(host));
      if (mkdirSync(join(folder, "accounts"), { recursive: true }) !== undefined)
        for (const path of [folder, join(folder, "accounts")]) this.own(path);
      const file = join(folder, "accounts", `${fileName(username)}.dat`);
      writeFileSync(file, `return { ["password"] = ${lua(password)} };\n`, { mode: 0o600 });
      this.own(file);
    }
    return Promise.resolve();
  }

  override async unloadPrivilege(): Promise<void> {
    const prosodyctl = findExecutable("prosodyctl") ?? "prosodyctl";
    const command = `module:unload("privilege", ${lua(this.host)})`;
    const config = join(this.home.folder, "prosody.cfg.lua");
    await promisify(execFile)(prosodyctl, ["--config", config, "shell", command]);
  }

  protected override writeConfiguration(folder: string): void {
    for (const name of ["data", "certs"]) {
      mkdirSync(join(folder, name));
      this.own(join(folder, name));
    }
    const file = join(folder, "prosody.cfg.lua");
    writeFileSync(file, this.#configuration(folder), { mode: 0o600 });
    this.own(file);
  }

  /**
   * Also checks the modules: Prosody starts without a missing module, and tests would then fail for no visible reason.
   * @throws NoServer if Prosody can't load a module
   */
  protected override async serves(giveUp?: AbortController): Promise<void> {
    await super.serves(giveUp);
    const [, module] = /Unable to load module '(\w+)'/.exec(this.log) ?? [];
    if (module === undefined) return;
    throw new NoServer(
      `Prosody's mod_${module} isn't installed here: ` +
        "install it (on Debian and Ubuntu: sudo apt-get install prosody-modules).",
    );
  }

  protected override program(folder: string): Program {
    return {
      command: requireServer("prosody"),
      args: ["--config", join(folder, "prosody.cfg.lua"), "-F"],
      env: { PATH: process.env.PATH, HOME: folder },
    };
  }

  #configuration(folder: string): string {
    const { hosts, components, modules, extra } = this.settings;
    const { carbons, archive: mam, vcard, pep, webSocket: websocket, httpApi: rest } = modules;
    // `unloadPrivilege` unloads the module through Prosody's shell.
    const optional = {
      carbons,
      mam,
      vcard,
      pep,
      websocket,
      rest,
      admin_shell: components.some((one) => one.privileged),
    };
    const chosen = Object.entries(optional).flatMap(([name, isWanted]) => (isWanted ? [name] : []));
    const enabled = ["roster", "saslauth", "disco", "ping", "private", "uptime", ...chosen];
    const disabled = modules.offline ? ["s2s"] : ["s2s", "offline"];
    return [
      // Allows Prosody to run as root if the system has no user "prosody".
      "run_as_root = true",
      `interfaces = { ${lua(LOOPBACK)} }`,
      `c2s_ports = { ${this.clientPort} }`,
      "c2s_direct_tls_ports = {}",
      "c2s_require_encryption = false",
      "allow_unencrypted_plain_auth = true",
      `component_ports = { ${this.components[0]?.port ?? ""} }`,
      ...(modules.webSocket || modules.httpApi || modules.upload
        ? httpSettings(this.home.httpPort, this.host)
        : []),
      `data_path = ${lua(join(folder, "data"))}`,
      `pidfile = ${lua(join(folder, "prosody.pid"))}`,
      'log = { { levels = { min = "warn" }, to = "console" } }',
      `modules_enabled = { ${enabled.map(lua).join(", ")} }`,
      `modules_disabled = { ${disabled.map(lua).join(", ")} }`,
      'authentication = "internal_plain"',
      extra,
      ...hosts.flatMap((host) => [`VirtualHost ${lua(host)}`, ...permissions(components, modules.pep)]),
      ...(modules.muc === undefined ? [] : [`Component ${lua(modules.muc)} "muc"`]),
      ...uploadService(modules.upload, components, this.home.httpPort),
      ...components.flatMap(({ domain, password, sendsAsUsers, privileged }) => [
        `Component ${lua(domain)}`,
        `  component_secret = ${lua(password)}`,
        `  validate_from_addresses = ${!sendsAsUsers}`,
        '  component_conflict_resolve = "kick_old"',
        ...(privileged ? ['  modules_enabled = { "privilege" }'] : []),
      ]),
      "",
    ].join("\n");
  }
}

/** Returns the lines by which a host grants permissions to privileged components (XEP-0356). */
function permissions(components: ServerSettings["components"], hasPep: boolean): string[] {
  const privileged = components.filter((component) => component.privileged);
  if (privileged.length === 0) return [];
  const pubsub = hasPep ? ', ["http://jabber.org/protocol/pubsub"] = "both"' : "";
  const permission = `{ message = "outgoing", iq = { ["vcard-temp"] = "get"${pubsub} } }`;
  const entities = privileged.map(({ domain }) => `[${lua(domain)}] = ${permission}`);
  return ['  modules_enabled = { "privilege" }', `  privileged_entities = { ${entities.join(", ")} }`];
}

function uploadService(
  upload: ServerSettings["modules"]["upload"],
  components: ServerSettings["components"],
  port: number,
): string[] {
  if (upload === undefined) return [];
  const access = `  http_file_share_access = { ${components.map(({ domain }) => lua(domain)).join(", ")} }`;
  return [
    `Component ${lua(upload.domain)} "http_file_share"`,
    '  http_host = "localhost"',
    `  http_external_url = ${lua(`http://localhost:${port}/`)}`,
    ...(upload.isOpen ? [access] : []),
  ];
}

/** Browsers send the IP address as Host, which http_default_host maps to the host. */
function httpSettings(port: number, host: string): string[] {
  return [
    `http_ports = { ${port} }`,
    "https_ports = {}",
    `http_default_host = ${lua(host)}`,
    "consider_websocket_secure = true",
  ];
}

/** Quotes text as a Lua string. */
function lua(text: string): string {
  return `"${bytes(text, /[^\w .:/@-]/g, (byte) => `\\${String(byte).padStart(3, "0")}`)}"`;
}

/** Encodes a name for a file name as Prosody does: each byte except ASCII letters and digits becomes %xx. */
function fileName(name: string): string {
  return bytes(name, /[^0-9A-Za-z]/g, (byte) => `%${byte.toString(16).padStart(2, "0")}`);
}

function bytes(text: string, special: RegExp, escape: (byte: number) => string): string {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  return latin1.replace(special, (character) => escape(character.charCodeAt(0)));
}
