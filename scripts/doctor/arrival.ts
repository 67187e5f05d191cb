/** The doctor's first steps: whether the server can be reached, and whether it accepts the component. */
import { addressOf, LOST_PORT, refusalOf } from "../../component/link/refusal.js";
import type { StreamEnd } from "../../component/link/stream-end.js";
import { COMPONENT_PORT, wholeComponent } from "../../component/link/server-lines.js";
import { fine, refused, wrong, type Finding } from "./finding.js";
import { unreachable } from "./reachable.js";
import { Session, type Access } from "./session.js";

/** Checks that a server accepts connections at `service`, an address that xmpp.service leads to. */
export async function reach({ service, domain }: Access): Promise<Finding> {
  const { address, port } = addressOf(service);
  const fault = await unreachable(address, port);
  if (fault === undefined) return fine(`${service} can be reached`);
  return wrong(
    `${service} can't be reached: ${fault}`,
    "If the server listens for components at another address, correct xmpp.service. If the server is down, start it. " +
      `${LOST_PORT} Otherwise let it listen for components there:`,
    ...wholeComponent(port, domain, address),
  );
}

/** Connects to the server as the component. @param hosts the domains of the component's users */
export async function enter(
  access: Access,
  hosts: readonly string[],
): Promise<{ finding: Finding; session?: Session }> {
  const result = await Session.open(access, hosts);
  if (!(result instanceof Session)) return { finding: notTaken(access, result) };
  return { finding: fine(`the server accepts ${access.domain} and its secret`), session: result };
}

/** Explains why the server refused the component or closed its stream. */
export function notTaken(access: Access, closed: StreamEnd): Finding {
  const { service, domain } = access;
  const refusal = refusalOf(closed, access);
  const finding =
    refusal === undefined
      ? wrong(
          `${service} refuses the component: ${closed.text}`,
          "If the server listens for components on another port, correct xmpp.service. If it has no such port yet, add the lines below. See also the server's log.",
          ...wholeComponent(COMPONENT_PORT, domain, addressOf(service).address),
        )
      : refused(refusal);
  return { ...finding, server: closed.peer?.server };
}
