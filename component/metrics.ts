/** The component's metrics, which are served at /metrics. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { EventLoop } from "./limits/event-loop.js";

/** A gauge with one label. */
interface GaugesOptions<T extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** All values of the label. */
  readonly values: readonly T[];
}

export class Metrics {
  readonly registry = new Registry();
  readonly eventLoop = new EventLoop(this.registry);

  readonly linkUp = this.#gauge("qtalk_link_up", "1 while the link to the XMPP server is up");
  readonly linkService = this.#gauge(
    "qtalk_link_service",
    "1 for the address of the XMPP server to which the link is up",
    ["service"],
  );
  readonly failovers = this.#counter(
    "qtalk_link_failovers_total",
    "Links that came up to another server, or another node of a cluster, than the one before",
  );
  readonly reconnects = this.#counter("qtalk_link_connects_total", "Streams opened to the XMPP server");
  readonly ack = new Histogram({
    name: "qtalk_ack_seconds",
    help: "Time from a write to its ack by the XMPP server",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  readonly stanzasIn = this.#counter("qtalk_stanzas_received_total", "Stanzas received", ["stanza"]);
  readonly stanzasOut = this.#counter(
    "qtalk_stanzas_acknowledged_total",
    "Stanzas of the outbox that the server acknowledged",
  );
  readonly multicast = this.#counter(
    "qtalk_stanzas_multicast_total",
    "Stanzas of the outbox that the server's multicast service sent on (XEP-0033)",
  );
  readonly bounces = this.#counter(
    "qtalk_bounces_total",
    "Messages of users and bots that came back, or that a room refused",
    ["condition"],
  );
  readonly forbidden = this.#counter(
    "qtalk_privileged_forbidden_total",
    "Messages that the server refused without its permission (XEP-0356); they are sent again",
  );
  readonly unreachable = this.#counter(
    "qtalk_unreachable_total",
    "Messages to hosts that the server can't reach",
    ["host"],
  );
  readonly refusedStanzas = this.#counter("qtalk_stanzas_refused_total", "Stanzas answered with an error", [
    "condition",
  ]);
  readonly dropped = this.#counter(
    "qtalk_replies_dropped_total",
    "Replies and requests dropped because the XMPP server read too slowly",
  );
  readonly stanzasDropped = this.#counter(
    "qtalk_stanzas_dropped_total",
    "Stanzas that were not written as they were too large, by a fault of the program",
  );
  readonly accepted = this.#counter("qtalk_outbox_accepted_total", "Stanzas committed to the outbox");
  readonly repeats = this.#counter("qtalk_outbox_repeats_total", "Messages recognised as a caller's retry");
  readonly expired = this.#counter(
    "qtalk_outbox_expired_total",
    "Notifications dropped because they were too old",
  );
  readonly archiveExpired = this.#counter(
    "qtalk_archive_expired_total",
    "Messages in rooms deleted as their retention was over",
  );
  readonly bookmarks = this.#counter(
    "qtalk_bookmarks_total",
    "Rooms for the bookmarks of new members (XEP-0402): set, kept as the user has it, refused, or dropped as too many wait",
    ["result"],
  );
  readonly unknownRetractions = this.#counter(
    "qtalk_retractions_unknown_total",
    "Retractions of messages that aren't stored, or of others' messages, passed on as they are",
  );
  readonly replayed = this.#counter(
    "qtalk_outbox_replayed_total",
    "Acknowledged stanzas that are sent again, by reason: the server has restarted, it doesn't tell its uptime (unknown), the link is to another, the machine's clock was set back",
    ["reason"],
  );
  readonly logLines = this.#counter("qtalk_log_lines_total", "Lines logged, by level", ["level"]);
  readonly deadLetters = this.#counter("qtalk_outbox_dead_letters_total", "Stanzas that became dead letters");

  readonly hookPosts = this.#counter("qtalk_hook_posts_total", "Posts to incoming webhooks", [
    "format",
    "result",
  ]);
  readonly hookFiles = this.#counter(
    "qtalk_hook_files_total",
    "Files of posts to hooks by result: uploaded to the server; served by the component; named, as neither was possible",
    ["result"],
  );
  /** At most one reason at a time. */
  readonly hookUploadFault = this.#gauge(
    "qtalk_hook_upload_fault",
    "Why the last file of a post to a hook could not be uploaded to the server, as a label: 1, until one can",
    ["reason"],
  );
  readonly hookUnsaid = this.#counter(
    "qtalk_hook_unsaid_total",
    "What the component had to say by hooks and could not, for good, by what: alert, duty, heartbeat, calendar",
    ["what"],
  );
  readonly hookBounces = this.#counter(
    "qtalk_hook_bounces_total",
    "Messages of incoming webhooks that came back undelivered",
  );
  readonly hookDeliveries = this.#counter(
    "qtalk_hook_events_total",
    "Events of outgoing webhooks by result: delivered; failed (each try); dead letter; dropped, as the queue was full, or there were too many dead letters",
    ["hook", "result"],
  );
  readonly hookSeconds = new Histogram({
    name: "qtalk_hook_delivery_seconds",
    help: "Time of one try to deliver an event, successful or not",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [this.registry],
  });
  readonly hookReplies = this.#counter(
    "qtalk_hook_replies_total",
    "Replies of outgoing webhooks by result: sent, refused, loop",
    ["result"],
  );

  readonly servicePings = this.#counter(
    "qtalk_service_pings_total",
    "Requests to service.ping_url by result: answered, failed",
    ["result"],
  );

  readonly alertTakenSeconds = new Histogram({
    name: "qtalk_alert_taken_seconds",
    help: "Time until a person took an alert",
    buckets: [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200],
    registers: [this.registry],
  });
  readonly alertsHeard = this.#counter(
    "qtalk_alert_commands_total",
    "Reactions and words of people about alerts, by result: done, unknown, refused, fast (above the rate)",
    ["result"],
  );

  /** Registers a gauge whose value is computed on each scrape. */
  gaugeOf(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        try {
          this.set(read());
        } catch {
          // NaN means that the value isn't known now, as the database can't be read.
          this.set(NaN);
        }
      },
    });
  }

  /** Makes a gauge with a value for each of a label's values, read when the metrics are. */
  gaugesOf<T extends string>(
    { name, help, label, values }: GaugesOptions<T>,
    read: () => ReadonlyMap<string, number>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        let now: ReadonlyMap<string, number> | undefined;
        try {
          now = read();
        } catch {
          // As in gaugeOf().
        }
        for (const value of values)
          this.set({ [label]: value }, now === undefined ? NaN : (now.get(value) ?? 0));
      },
    });
  }

  #gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
