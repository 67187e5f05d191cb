/** What webhooks need from the component. */
import type { z } from "zod";
import { hooksConfig } from "../../../component/config.js";
import type { OnDuty } from "../../../component/hooks/alerts/dependencies.js";
import type { HookDependencies } from "../../../component/hooks/dependencies.js";
import { KnownBots } from "../../../component/hooks/known-bots.js";
import type { RemotePost } from "../../../component/hooks/remote/posts.js";
import type { RemoteRoomsApi } from "../../../component/hooks/sending.js";
import type { OperationContext } from "../../../component/operations/context.js";
import type { Language } from "../../../component/translated.js";
import { Metrics } from "../../../component/metrics.js";
import { BotsStore } from "../../../storage/bots-store.js";
import type { Database } from "../../../storage/database.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import type { IqAnswer } from "../../../component/inbound/iq-requests.js";
import { settledAnswer } from "../../support/settled-answer.js";
import { LogLines } from "../../support/log-lines.js";

/** @param more the component's domain, and what is configured */
export function hookDependencies(
  db: Database,
  { domain = "c.test", ...config }: { readonly domain?: string } & z.input<typeof hooksConfig> = {},
): HookDependencies & { readonly lines: LogLines } {
  const lines = new LogLines();
  return {
    db,
    domain,
    lines,
    commit: new GroupCommit(db),
    bots: new KnownBots(new BotsStore(db), { domain, nickLength: 20 }),
    config: hooksConfig.parse(config),
    metrics: new Metrics(),
    log: lines.logger,
  };
}

/** What posts with files need: a server without upload service. */
export const withoutUploads = {
  hosts: ["x.test"],
  requests: { ask: () => settledAnswer<IqAnswer>({ kind: "error", condition: "item-not-found" }) },
  link: { isUp: true, on: () => undefined },
  bounces: { refuse: () => () => undefined },
  confirmTimeout: 2_000,
};

/** A room of another service, in which the bot is. @param post what happens to what it says there */
export function roomElsewhere(
  post: (posts: readonly RemotePost[]) => Promise<"confirmed" | "queued">,
  language: Language = "en",
): {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
} {
  const context = {
    limits: { message_bytes: 65_536, stanza_bytes: 262_144 },
    messages: { language },
    addresses: { roomAt: () => undefined },
    outbox: { isWaiting: () => true },
  } as unknown as OperationContext;
  const remote: RemoteRoomsApi = {
    has: () => true,
    hasLeft: () => false,
    nickOf: () => "Bot",
    post: (_bot, _to, posts) => post(posts),
  };
  return { context, remote };
}

/** Rosters that name nobody. */
export const nobodyOnDuty: OnDuty = {
  on: () => undefined,
  isIn: () => false,
  nameOf: (person) => person,
  linesFor: () => "",
};
