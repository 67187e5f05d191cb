/** The first steps: is the server there, and does it take the component? */
import type { StreamEnd } from "../../component/link/stream-end.js";
import { fine, wrong, type Finding } from "./finding.js";
import { takesClients, unreachable } from "./reachable.js";
import { conflict, otherDomain, secret, wholeComponent } from "./remedies.js";
import { Session, type Access } from "./session.js";

/** Where servers listen for components by convention. */
const COMPONENT_PORT = 5347;

/** Whether something listens where the configuration says. */
export async function reach({ service, domain }: Access): Promise<Finding> {
  const { host, port } = addressOf(service);
  const fault = await unreachable(host, port);
  if (fault === undefined) return fine(`${service} can be reached`);
  return wrong(
    `${service} can't be reached: ${fault}`,
    "Correct xmpp.service, if the server takes components elsewhere; start the server, if it is down. " +
      "Else let it listen for components there:",
    ...wholeComponent(port, domain, host),
  );
}

/** Connects as the component. @param hosts whose users it speaks for */
export async function enter(
  access: Access,
  hosts: readonly string[],
): Promise<{ finding: Finding; session?: Session }> {
  const [host = ""] = hosts;
  const result = await Session.open(access, hosts);
  if (!(result instanceof Session)) {
    const isForClients = await takesClients(addressOf(access.service), host);
    return { finding: isForClients ? clientPort(access) : refusal(access, result) };
  }
  return { finding: fine(`the server knows ${access.domain} and takes its secret`), session: result };
}

function clientPort({ service, domain }: Access): Finding {
  return wrong(
    `${service} is the port for clients`,
    "Correct xmpp.service: it wants the port for components. Where there is none yet:",
    ...wholeComponent(COMPONENT_PORT, domain, addressOf(service).host),
  );
}

function refusal({ service, domain }: Access, closed: StreamEnd): Finding {
  const { port, host } = addressOf(service);
  switch (closed.condition ?? "") {
    case "not-authorized":
      return wrong(
        `the server refuses ${domain}: its secret isn't xmpp.password, or it is no component there`,
        "ejabberd says the same of a wrong secret and of a domain that it has no component for: compare both. " +
          "Correct xmpp.password or xmpp.domain, or the server's side:",
        secret(domain),
      );
    case "host-unknown":
      return wrong(
        `the server doesn't know ${domain} as a component`,
        "Correct xmpp.domain, if the server calls the component otherwise. Else add it:",
        ...wholeComponent(port, domain, host),
        `Where the server's own rooms live at ${domain}, give the component another domain (xmpp.domain), such as ${otherDomain(domain)}.`,
      );
    case "conflict":
      return wrong(
        `another connection serves ${domain} already, and was left alone`,
        "If that is the running component, stop it and run doctor again; if it is a dead connection, the line below lets the next one take its place.",
        conflict(domain),
      );
    default:
      return wrong(
        `${service} doesn't take the component: ${closed.text}`,
        "Correct xmpp.service, if the server takes components at another port; its log says more. Where it takes none yet:",
        ...wholeComponent(COMPONENT_PORT, domain, host),
      );
  }
}

/** The address of an xmpp://ADDRESS:PORT. */
function addressOf(service: string): { host: string; port: number } {
  const { hostname, port } = new URL(service.replace(/^xmpp:/, "http:"));
  // Port 80 is what the URL leaves out.
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port === "" ? 80 : port) };
}
