/**
 * A private cluster of ejabberd: nodes on loopback, each with its own ports, folder and process. The cluster has a port
 * mapper (epmd) of its own, through which its nodes find each other, so that it stays separate from other Erlang
 * programs on the machine.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon, type Program } from "../../scripts/lab/daemon.js";
import { Ejabberd } from "../../scripts/lab/ejabberd.js";
import { findExecutable } from "../../scripts/lab/installed.mjs";
import { NoServer } from "../../scripts/lab/private-server.js";
import type { ServerOptions } from "../../scripts/lab/options.js";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import { freePort, isFree, LOOPBACK } from "../../scripts/lab/ports.js";
import { Folder } from "./folder.js";

/** The settings that the nodes of a cluster share. */
interface Distribution {
  readonly mapperPort: number;
  readonly cookie: string;
}

class ClusterNode extends Ejabberd {
  readonly #name: string;

  constructor(
    name: string,
    private readonly distribution: Distribution,
    options: ServerOptions,
  ) {
    super({ ...options, modules: { ...options.modules, httpApi: true } });
    this.#name = `${name}@${LOOPBACK}`;
  }

  /** Joins the cluster of another node, whose data replaces this node's data. */
  async join(other: ClusterNode): Promise<void> {
    // ejabberd restarts itself when it joins, so that its response may be lost.
    await this.#ask("join_cluster", { node: other.#name }).catch(() => undefined);
    const giveUp = Date.now() + PATIENCE_MS;
    for (;;) {
      const nodes = await this.#ask("list_cluster", {}).catch(() => "");
      if (nodes.includes(other.#name) && nodes.includes(this.#name)) break;
      if (Date.now() > giveUp) throw new Error(`${this.#name} did not join ${other.#name}: it has ${nodes}`);
      await sleep(RETRY_MS);
    }
    await this.serves();
  }

  protected override program(folder: string): Program {
    const { command, args, env } = super.program(folder);
    const { mapperPort, cookie } = this.distribution;
    const distributed = ["-name", this.#name, "-setcookie", cookie, "-start_epmd", "false"];
    const onLoopback = ["-kernel", "inet_dist_use_interface", "{127,0,0,1}"];
    return {
      command,
      args: [...distributed, ...onLoopback, ...args],
      env: { ...env, ERL_EPMD_PORT: String(mapperPort) },
    };
  }

  async #ask(command: string, body: object): Promise<string> {
    const answer = await fetch(`${this.api}/${command}`, { method: "POST", body: JSON.stringify(body) });
    return await answer.text();
  }
}

const RETRY_MS = 50;

export class EjabberdCluster {
  private constructor(
    private readonly folder: Folder,
    private readonly mapper: Daemon,
    readonly nodes: readonly Ejabberd[],
  ) {}

  /**
   * Starts a cluster of two nodes.
   * @param options the options of each node
   * @throws NoServer if ejabberd or Erlang's port mapper isn't installed
   */
  static async start(options: ServerOptions = {}): Promise<EjabberdCluster> {
    const mapperPort = await freePort();
    const folder = new Folder();
    const env = { PATH: process.env.PATH, ERL_EPMD_PORT: String(mapperPort) };
    const command = findExecutable("epmd");
    if (command === undefined) throw new NoServer("Erlang's port mapper (epmd) isn't installed here.");
    const program = { command, args: ["-address", LOOPBACK], env };
    const mapper = new Daemon(program, undefined, folder.at("epmd.log"));
    while (mapper.running && (await isFree(mapperPort))) await sleep(RETRY_MS);
    const distribution = { mapperPort, cookie: randomBytes(12).toString("hex") };
    const first = new ClusterNode("first", distribution, options);
    const second = new ClusterNode("second", distribution, options);
    const cluster = new EjabberdCluster(folder, mapper, [first, second]);
    try {
      await Promise.all([first.start(), second.start()]);
      await second.join(first);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Kills the nodes and deletes their folders. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await node.kill();
    for (const node of this.nodes) await node.stop();
    await this.mapper.kill();
    this.folder.remove();
  }
}
