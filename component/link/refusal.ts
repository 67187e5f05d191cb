/** Explains why the server refuses the component and what to change, for the log, /readyz and doctor. */
import {
  COMPONENT_PORT,
  conflict,
  globalRoutes,
  inOneLine,
  otherDomain,
  ownRooms,
  secret,
  sendingTodo,
  wholeComponent,
  type KnownServer,
  type Todo,
} from "./server-lines.js";
import type { StreamEnd } from "./stream-end.js";

/** The connection that the component tried to make. */
export interface Wanted {
  /** The server's address, such as xmpp://127.0.0.1:5347. */
  readonly service: string;
  readonly domain: string;
}

/** A reason why the server refuses the component until a configuration file is changed. */
export interface LinkRefusal {
  /** The reason, as a sentence without its full stop. */
  readonly text: string;
  readonly todo: Todo;
}

/** Returns the refusal that ended a stream; undefined if the stream ended for a reason that may be temporary. */
export function linkRefusalOf(closed: StreamEnd, { service, domain }: Wanted): LinkRefusal | undefined {
  const { server, isForClients = false } = closed.peer ?? {};
  const { address, port } = serviceAddressOf(service);
  if (isForClients) {
    return {
      text: `${service} is the server's port for clients`,
      todo: [
        "Correct xmpp.service: it must name the server's port for components. If the server has none yet, add:",
        ...wholeComponent(COMPONENT_PORT, domain, address),
      ],
    };
  }
  switch (closed.condition ?? "") {
    case "not-authorized": {
      if (server === "prosody")
        return {
          text: `the server refuses ${domain}: the component's secret isn't the server's`,
          todo: [
            "Correct xmpp.password, or the file that xmpp.password_file names, or the secret on the server:",
            secret(domain),
          ],
        };
      const answers = server === "ejabberd" ? "ejabberd gives" : "Servers may give";
      return {
        text: `the server refuses ${domain}: the component's secret isn't the server's, or the server has no such component`,
        todo: [
          `${answers} the same answer for a wrong secret and for an unknown domain. Compare the secret (xmpp.password or xmpp.password_file) and ` +
            "xmpp.domain with the server's configuration.",
          unlessRooms(domain),
          "Otherwise correct them, or the lines on the server:",
          secret(domain),
        ],
      };
    }
    case "host-unknown":
      return {
        text: `the server doesn't know the component ${domain}`,
        todo: [
          "If the server has the component under another domain, correct xmpp.domain. Otherwise add the component:",
          ...wholeComponent(port, domain, address),
          unlessRooms(domain),
        ],
      };
    case "conflict":
      if (closed.wasOpen === true)
        return {
          text: `another connection for ${domain} has replaced this one`,
          todo: [
            "A second instance of the component, or another program, connects with the same domain and secret: stop it, or give it " +
              "a domain of its own. Until then, the two replace each other again and again.",
          ],
        };
      return {
        text: `another connection serves ${domain}`,
        todo: [
          "If it is a second instance or another program, stop it.",
          ...(server === "prosody"
            ? ["If it is a dead connection, this line lets a new connection replace it:", conflict(domain)]
            : []),
        ],
      };
    case "invalid-from":
      return sendingRefusal(domain, server);
    default:
      return undefined;
  }
}

/** Returns advice for a component whose domain the server's own rooms may have: as conference.HOST by default. */
function unlessRooms(domain: string): string {
  return `If the server's own rooms have the domain ${domain}, give the component another domain (xmpp.domain), such as ${otherDomain(domain)}.`;
}

/** Makes the refusal of a server that accepts the component but doesn't let it send in users' names. */
export function sendingRefusal(domain: string, server: KnownServer | undefined): LinkRefusal {
  return {
    text: `the server doesn't let ${domain} send as its users`,
    todo: sendingTodo({ domain, host: "one of xmpp.hosts", server }),
  };
}

/** Makes the refusal for a domain that is also used by the server's own rooms or another connection. */
export function sharedDomain(domain: string, by: "rooms" | "another"): LinkRefusal {
  if (by === "rooms")
    return {
      text: `the server's own rooms have the domain ${domain}, too, and get part of the component's stanzas`,
      todo: [
        `Give the component another domain (xmpp.domain), such as ${otherDomain(domain)}. Or give the rooms another domain:`,
        ownRooms(),
      ],
    };
  return {
    text: `another connection serves ${domain}, too, and gets part of the component's stanzas`,
    todo: [
      "If it is a second instance of the component, or another program with this domain, stop it.",
      globalRoutes(),
    ],
  };
}

/** Makes the refusal of a server that doesn't serve a host. @param condition from its error (RFC 6120 §8.3.3) */
export function unservedHost(host: string, condition: string): LinkRefusal {
  return {
    text: `the server doesn't serve ${host} (${condition})`,
    todo: [
      "xmpp.hosts must list domains of the server's users. Correct it, or add the host to the server:",
      {
        ejabberd: { where: "under hosts", lines: [`- ${host}`] },
        prosody: { where: "at the end of the file", lines: [`VirtualHost "${host}"`] },
      },
    ],
  };
}

/** Makes the refusal of a host that the server may serve, but that answers no requests of the component. */
export function refusingHost(host: string, condition: string): LinkRefusal {
  return {
    text: `the host ${host} refuses the component's requests (${condition}), so that vCards, multicast and others may fail`,
    todo: [
      "If it is a domain of the server's users, let the server answer requests of components; otherwise correct xmpp.hosts.",
    ],
  };
}

/** A likely reason why ejabberd no longer listens at its address. */
export const LOST_PORT =
  'If ejabberd was reloaded, it may have lost the port ("address already in use" in its log): reload it again, or restart it.';

/** Returns a refusal as one line for the log. */
export function refusalLine({ text, todo }: LinkRefusal, server: KnownServer | undefined): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. ${inOneLine(todo, server)}`;
}

/** Returns the address and the port of an xmpp://ADDRESS:PORT. */
export function serviceAddressOf(service: string): { address: string; port: number } {
  const { hostname, port } = new URL(service.replace(/^xmpp:/, "http:"));
  // The URL parser drops port 80, because it is HTTP's default.
  return { address: hostname.replace(/^\[|\]$/g, ""), port: Number(port === "" ? 80 : port) };
}
