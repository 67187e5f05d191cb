/** The first steps: is the server there, and does it take the component? */
import { connect } from "node:net";
import type { StreamEnd } from "../../component/link/stream-end.js";
import { fine, untried, wrong, type Finding } from "./finding.js";
import { conflict, secret, wholeComponent } from "./remedies.js";
import { Session, type Access } from "./session.js";

const CONNECT_MS = 5_000;

/** Whether something listens where the configuration says. */
export async function reach({ service, domain }: Access): Promise<Finding> {
  const fault = await connecting(service);
  if (fault === undefined) return fine(`${service} can be reached`);
  return wrong(
    `${service} can't be reached: ${fault}`,
    wholeComponent(service, domain),
    "Start the server, let it listen for components there, or correct xmpp.service.",
  );
}

/** Connects as the component. */
export async function enter(access: Access): Promise<{ finding: Finding; session?: Session }> {
  const result = await Session.open(access);
  if (!(result instanceof Session)) return { finding: refusal(access, result) };
  return { finding: fine(`the server knows ${access.domain} and takes its secret`), session: result };
}

/** What else the server may mean by not knowing it. */
function hints(domain: string): string {
  const other = `groups.${domain.slice(domain.indexOf(".") + 1)}`;
  return (
    `Where the server's own rooms live at ${domain}, give the component another domain (xmpp.domain), such as ${other}; ` +
    "where xmpp.service names a port for clients, name the one for components."
  );
}

function refusal({ service, domain }: Access, closed: StreamEnd): Finding {
  switch (closed.condition ?? "") {
    case "not-authorized":
      return wrong(`the server refuses the secret of ${domain}`, secret(domain));
    case "host-unknown":
      return wrong(
        `the server doesn't know ${domain} as a component`,
        wholeComponent(service, domain),
        hints(domain),
      );
    case "conflict":
      return {
        ...untried(
          `another connection serves ${domain} already, and was left alone`,
          "If that is the running component, stop it and run doctor again; if it is a dead connection, the line below lets the next one take its place.",
        ),
        state: "wrong",
        remedies: conflict(domain),
      };
    case "invalid-namespace":
    case "unsupported-version":
    case "bad-format":
      return wrong(
        `${service} is no port for components: ${closed.text}`,
        wholeComponent(service, domain),
        "Clients connect there; name the components' port in xmpp.service.",
      );
    default:
      return wrong(
        `${service} doesn't take the component: ${closed.text}`,
        wholeComponent(service, domain),
        "Check that xmpp.service names the port where the server listens for components; the server's log says more.",
      );
  }
}

/** @returns why nothing could be reached */
function connecting(service: string): Promise<string | undefined> {
  const { hostname, port } = new URL(service.replace(/^xmpp:/, "http:"));
  return new Promise((resolve) => {
    // Port 80 is what the URL leaves out.
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port === "" ? 80 : port) });
    const settle = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT_MS, () => settle(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("connect", () => settle(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle(REASONS[error.code ?? ""] ?? error.message),
    );
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens on that port",
  ENOTFOUND: "there is no machine of that name",
  EHOSTUNREACH: "there is no way to that machine",
};
