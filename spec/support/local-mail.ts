/** A machine's own mail: Debian's exim, which sends root's mail to a hook, and programs that hand it mail. */
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { daemonUser } from "../../scripts/lab/daemon.js";
import { findExecutable } from "../../scripts/lab/installed.mjs";
import { Folder } from "./folder.js";

/** What a machine needs so that root's mail arrives at a hook. The guide has the same for Postfix. */
const EXIM = (folder: string, to: string, port: number): string => `
primary_hostname = nas.test.org
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
never_users =
keep_environment =
tls_advertise_hosts =
begin routers
aliases:
  driver = redirect
  condition = \${if eq{$local_part}{root}}
  domains = nas.test.org
  data = ${to}
hook:
  driver = manualroute
  domains = hooks.invalid
  transport = hook
  route_list = * 127.0.0.1
  self = send
begin transports
hook:
  driver = smtp
  port = ${port}
  allow_localhost
  hosts_avoid_tls = *
`;

export class LocalMail {
  readonly #folder = new Folder();
  /** The program that takes a mail on its standard input. */
  readonly sendmail: string;
  /** The environment in which `mail` uses it. */
  readonly env: NodeJS.ProcessEnv;

  /** @param hook the URL of the hook @param port where the component takes mail */
  constructor(hook: string, port: number) {
    const [id = "", secret = ""] = new URL(hook).pathname.split("/").slice(-2);
    const { path } = this.#folder;
    const config = this.#folder.file("exim.conf", EXIM(path, `${id}+${secret}@hooks.invalid`, port));
    // exim gives up root's rights.
    const { uid, gid } = daemonUser("Debian-exim") ?? { uid: 0, gid: 0 };
    chmodSync(path, 0o755);
    mkdirSync(this.#folder.at("spool"));
    chownSync(this.#folder.at("spool"), uid, gid);
    const exim = findExecutable("exim4") ?? "exim4";
    // Delivered in the foreground, so that a refusal is seen.
    this.sendmail = this.#folder.file("sendmail", `#!/bin/sh\nexec ${exim} -C ${config} -odf "$@"\n`);
    chmodSync(this.sendmail, 0o700);
    const rc = this.#folder.file("mailrc", `set sendmail=${this.sendmail}\n`);
    this.env = { ...process.env, MAILRC: rc };
  }

  remove(): void {
    this.#folder.remove();
  }
}
