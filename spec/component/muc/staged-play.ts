/** A play's stage, which each restart replaces. */
import { Stage, type StageOptions } from "./stage.js";

export class StagedPlay {
  #stage: Stage | undefined;
  #options: StageOptions;
  /** How many stanzas of each receiver a play has looked at. */
  protected readonly seen = new Map<string, number>();

  constructor(options: StageOptions = {}) {
    this.#options = options;
  }

  async ready(): Promise<this> {
    this.#stage = new Stage(this.#options);
    await this.#stage.ready();
    return this;
  }

  /** Ends what was on, and begins anew, on an empty database if there is none in the options. */
  async begins(options: StageOptions = {}): Promise<void> {
    this.close();
    this.#options = options;
    this.seen.clear();
    await this.ready();
  }

  /** The component is restarted on the same database. */
  restarts(options: StageOptions = {}): Promise<void> {
    return this.begins({ db: this.db, ...options });
  }

  /** Ends the play; the database stays open. @throws if a handler failed */
  close(): void {
    this.#stage?.close();
  }

  protected get on(): Stage {
    if (this.#stage === undefined) throw new Error("the play hasn't begun");
    return this.#stage;
  }

  get db(): Stage["db"] {
    return this.on.db;
  }

  get link(): Stage["link"] {
    return this.on.link;
  }

  get log(): Stage["log"] {
    return this.on.log;
  }

  get metrics(): Stage["metrics"] {
    return this.on.metrics;
  }

  get outbox(): Stage["outbox"] {
    return this.on.outbox;
  }

  get service(): Stage["service"] {
    return this.on.service;
  }

  /** The context of calls. */
  get context(): Stage["context"] {
    return this.on.context;
  }

  /** Whether memory is short. */
  get memory(): Stage["memory"] {
    return this.on.memory;
  }

  /** Whose keys were revoked. */
  get revoked(): Stage["revoked"] {
    return this.on.revoked;
  }
}
