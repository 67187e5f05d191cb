/** Whether a component tells many at once through its server (XEP-0033): it finds that out after it is connected. */
import type { ComponentProcess } from "../lab/component-process.js";

/** Waits until it does. */
export function multicasting(component: ComponentProcess): Promise<void> {
  return component.until(async () => {
    const metrics = (await (await component.get("/metrics"))?.text()) ?? "";
    return /^qtalk_multicast_services [1-9]/m.test(metrics);
  }, "using multicast");
}
