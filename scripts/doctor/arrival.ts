/** The first steps: is the server there, and does it take the component? */
import { addressOf, LOST_PORT, refusalOf } from "../../component/link/refusal.js";
import type { StreamEnd } from "../../component/link/stream-end.js";
import { COMPONENT_PORT, wholeComponent } from "../../component/link/server-lines.js";
import { fine, refused, wrong, type Finding } from "./finding.js";
import { unreachable } from "./reachable.js";
import { Session, type Access } from "./session.js";

/** Whether something listens where the configuration says. */
export async function reach({ service, domain }: Access): Promise<Finding> {
  const { address, port } = addressOf(service);
  const fault = await unreachable(address, port);
  if (fault === undefined) return fine(`${service} can be reached`);
  return wrong(
    `${service} can't be reached: ${fault}`,
    "Correct xmpp.service, if the server takes components elsewhere; start the server, if it is down. " +
      `${LOST_PORT} Else let it listen for components there:`,
    ...wholeComponent(port, domain, address),
  );
}

/** Connects as the component. @param hosts whose users it speaks for */
export async function enter(
  access: Access,
  hosts: readonly string[],
): Promise<{ finding: Finding; session?: Session }> {
  const result = await Session.open(access, hosts);
  if (!(result instanceof Session)) return { finding: notTaken(access, result) };
  return { finding: fine(`the server knows ${access.domain} and takes its secret`), session: result };
}

/** Why the server doesn't take the component, or doesn't any more. */
export function notTaken(access: Access, closed: StreamEnd): Finding {
  const { service, domain } = access;
  const refusal = refusalOf(closed, access);
  const finding =
    refusal === undefined
      ? wrong(
          `${service} doesn't take the component: ${closed.text}`,
          "Correct xmpp.service, if the server takes components at another port; its log says more. If it takes none yet:",
          ...wholeComponent(COMPONENT_PORT, domain, addressOf(service).address),
        )
      : refused(refusal);
  return { ...finding, server: closed.peer?.server };
}
