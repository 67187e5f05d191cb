/** Composes incoming webhooks, the alerts that their posts open, and the duty of who is called. */
import { inBackground } from "../background.js";
import { Alerts } from "./alerts/alerts.js";
import type { AlertsDependencies } from "./alerts/dependencies.js";
import type { Clock } from "./clock.js";
import type { DutyDependencies } from "./duty/dependencies.js";
import { Duty } from "./duty/duty.js";
import { Hooks, type HooksDependencies } from "./hooks.js";

/** What the three parts need from the component; they give each other the rest. */
interface Shared
  extends
    Omit<HooksDependencies, "alerts">,
    Omit<AlertsDependencies, "duty" | "hooks" | "hookOf">,
    Omit<DutyDependencies, "hooks" | "raise"> {
  readonly clock: Clock;
}

export function alertingWith(shared: Shared) {
  const all = (): ReturnType<Hooks["all"]> => hooks.all();
  const duty = new Duty({ ...shared, hooks: all, raise: (...alert) => hooks.raise(...alert) });
  const alerts = new Alerts({ ...shared, duty, hooks: all, hookOf: (id) => hooks.byId(id) });
  const hooks: Hooks = new Hooks({ ...shared, alerts });
  return {
    duty,
    alerts,
    hooks,

    /** Does what is due, from now on. */
    start(): void {
      alerts.start();
      duty.start();
      inBackground(hooks.heartbeats.start(), "starting heartbeats", shared.log);
      hooks.start();
    },

    /** Starts no more work, and waits for what is running. @param left returns for how many milliseconds at most */
    async stop(left: () => number): Promise<void> {
      await hooks.heartbeats.stop();
      hooks.stop();
      await alerts.stop(left());
      await duty.stop(left());
    },
  };
}
