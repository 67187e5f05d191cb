/** Checks service.ping_url, without asking it: a request would tell its monitor that the component is ready. */
import { doubtful, fine, type Finding } from "./finding.js";
import type { Config } from "../config/sections.js";
import { whyUnreachable } from "./webhooks.js";

/**
 * Says whether the monitor answers.
 * @param isAnswered whether it answered the running component's last request; undefined: there was none
 */
export async function servicePing(
  { service }: Pick<Config, "service">,
  isAnswered: boolean | undefined,
): Promise<readonly Finding[]> {
  const { ping_url: url } = service;
  if (url === undefined) return [];
  if (isAnswered === true) return [fine("service.ping_url answers the component")];
  const fault = await whyUnreachable({ url, inner: ["0.0.0.0/0", "::/0"] });
  const todo =
    "Correct service.ping_url, or repair the monitor. The component's log says why a request failed.";
  if (fault !== undefined) return [doubtful(`service.ping_url can't be reached: ${fault}`, todo)];
  if (isAnswered === false)
    return [doubtful("service.ping_url didn't answer the component's last request", todo)];
  return [fine("service.ping_url can be reached; the component asks it each minute while it is ready")];
}
