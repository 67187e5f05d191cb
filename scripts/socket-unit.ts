/** Asks systemd whether it holds the port, so that calls wait while the component restarts. */
import { execFileSync } from "node:child_process";
import { agrees, parseListen, type Listen } from "../http/listen.js";

const UNIT = "qtalk-component.socket";

export interface PortHolder {
  /** What holds the port, as a sentence without a full stop. */
  readonly text: string;
  /** What to do; absent: nothing is wrong. */
  readonly todo?: string;
}

/** Returns whether systemd or the component itself holds the port; undefined on a machine without systemd. */
export function portHolder(listen: Listen, socket = activeSocket()): PortHolder | undefined {
  if (socket === undefined) return undefined;
  const calls = "calls fail while the component restarts";
  if (socket === "") {
    const todo = `To let them wait instead: systemctl enable ${UNIT}, then stop the component, start ${UNIT} and start the component.`;
    return { text: `the component holds the port ${listen.text} itself: ${calls}`, todo };
  }
  const bound = parseListen(socket);
  if (bound !== undefined && agrees(listen, { address: bound.host, port: bound.port }))
    return {
      text: `systemd holds the port ${listen.text} (${UNIT}): calls wait while the component restarts`,
    };
  const todo = `Set ListenStream to http.listen (systemctl edit ${UNIT}), or http.listen to ${socket}.`;
  return { text: `${UNIT} listens on ${socket}, but http.listen is ${listen.text}: ${calls}`, todo };
}

/** Returns the address of the active socket unit; "" if it isn't active; undefined without the unit or without systemd. */
function activeSocket(): string | undefined {
  try {
    const args = ["show", "--property=LoadState,ActiveState,Listen", UNIT];
    const text = execFileSync("systemctl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (!text.includes("LoadState=loaded")) return undefined;
    if (!text.includes("ActiveState=active")) return "";
    return /^Listen=(\S+)/m.exec(text)?.[1] ?? "";
  } catch {
    return undefined;
  }
}
