/** A source of alerts that a test plays: it keeps silences in memory, and fails or is late when it is told to. */
import type { SourceApi, SourceFault } from "../../../../component/hooks/alerts/source-requests.js";
import type { TestClock } from "../../../support/test-clock.js";

const LATE_MS = 5_000;

export class AlertSource {
  /** How it answers; "late": after five seconds. */
  state: "answers" | "fails" | "is silent" | "late" = "answers";
  /** The names of the alerts that it has. */
  firing: readonly string[] = [];
  /** How often it was asked what fires. */
  asked = 0;
  /** The comments of its silences, by id. */
  readonly silences = new Map<string, string>();

  constructor(private readonly clock: TestClock) {}

  /** Makes a client, as the component does for each request. */
  client(): SourceApi {
    let isClosed = false;
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const fault = async (): Promise<SourceFault | undefined> => {
      const late = new Promise<void>((resolve) => this.clock.after(LATE_MS, resolve));
      if (this.state === "late") await Promise.race([late, closed]);
      if (isClosed) return { fault: "the component is stopping", isUncertain: true };
      if (this.state === "fails") return { fault: "HTTP 500: the disk is full", isUncertain: true };
      return this.state === "is silent" ? { fault: "no response within 10 s", isUncertain: true } : undefined;
    };
    return {
      silence: async ({ comment, replaces }) => {
        const failed = await fault();
        if (failed !== undefined) return failed;
        if (replaces !== undefined) this.silences.delete(replaces);
        const id = `s${this.silences.size}-${this.clock.now()}`;
        this.silences.set(id, comment);
        return id;
      },
      find: async (comment) =>
        (await fault()) ?? [...this.silences].find(([, each]) => each === comment)?.[0],
      expire: async (id) => {
        const failed = await fault();
        if (failed === undefined) this.silences.delete(id);
        return failed;
      },
      firing: async () => {
        this.asked += 1;
        return (await fault()) ?? this.firing.map((alertname) => ({ alertname }));
      },
      close: () => {
        isClosed = true;
        close();
      },
    };
  }
}
