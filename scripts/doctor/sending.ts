/** Checks how the component can send in users' names: by XEP-0356, directly, or not at all. */
import { sendingTodo, uncheckedSenders } from "../../component/link/server-lines.js";
import { MIRROR } from "../../component/composing/attribute-mirror.js";
import { PrivilegedMessages } from "../../component/outbox/privileged-messages.js";
import { hasId, newProbeId } from "../../component/probes/exchange.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { fine, wrong, doubtful, type Finding } from "./finding.js";
import * as remedies from "./remedies.js";
import type { Examined, Probe, DoctorSession } from "./session.js";

const WAIT_MS = 3_000;
/** How long to wait for a host to announce its permissions, in milliseconds. */
const WORD_MS = 1_000;

/** Checks each host, whether the server keeps QTalk's attributes, and whether it routes notifications. */
export const sending: Probe = async (examined) => {
  const { session, config, served } = examined;
  const mode = config.xmpp.send_as_users;
  if (mode === "never")
    return fine("the component sends nothing in users' names (xmpp.send_as_users: never)");
  const findings: Finding[] = [];
  for (const host of served) {
    const isPermitted = mode !== "direct" && (await permits(session, host));
    const back = mode === "privileged" && !isPermitted ? undefined : await sent(session, host, isPermitted);
    // Without a way to send messages, notifications would fail for the same reason.
    if (back === undefined || back.attrs.type === "error")
      return [...findings, unable(examined, host, isPermitted)];
    const how = isPermitted
      ? "with its permission (XEP-0356): the users' other sessions and archives get copies"
      : "directly from their addresses";
    findings.push(fine(`the component may send as users of ${host}, ${how}`));
    if (isPermitted) findings.push(bookmarks(examined, host));
    if (host === served[0]) findings.push(attributes(back));
  }
  const [first] = served;
  return first === undefined ? [] : [...findings, await notifications(examined, first)];
};

/** Returns whether a host lets the component bookmark rooms for its users. */
function bookmarks({ session, server }: Examined, host: string): Finding {
  const { domain, permissions } = session;
  if (permissions.mayGet(host, NS.pubsub) && permissions.maySet(host, NS.pubsub))
    return fine(`${host} lets the component bookmark rooms for members (XEP-0402)`);
  const text = `the component may not bookmark rooms for members at ${host}, so messages invite absent ones again`;
  if (server !== "prosody") return fine(text);
  return fine(text, "To permit it, so that their clients enter by themselves:", remedies.bookmarks(domain));
}

/** Returns whether a host permits messages in its users' names. Hosts announce this after the component connects. */
async function permits(session: DoctorSession, host: string): Promise<boolean> {
  const { permissions } = session;
  if (!permissions.isKnown(host))
    await session.exchange.next(
      (stanza) => stanza.attrs.from === host && stanza.getChild("privilege", NS.privilege) !== undefined,
      WORD_MS,
    );
  return permissions.maySend(host);
}

/** Sends a message from an address without account to the component. @returns the message that arrived, if any */
async function sent(
  session: DoctorSession,
  host: string,
  isPermitted: boolean,
): Promise<Element | undefined> {
  const id = newProbeId();
  const { domain } = session;
  const sender = unusedAddress(host);
  const message = serialise(
    xml(
      "message",
      { from: sender, to: domain, id, type: "chat", client_ver: "0" },
      xml("body", { msgType: "1", id }, "doctor"),
      xml("qtalk", NS.qtalk, xml(MIRROR.body, { msgType: "1" })),
    ),
  );
  const offset = { rowId: 0, offset: 0 };
  session.write(isPermitted ? new PrivilegedMessages(domain).wrap(message, sender, offset) : message);
  return await session.exchange.next(hasId(id), WAIT_MS);
}

function unable({ session, server, config }: Examined, host: string, isPermitted: boolean): Finding {
  const isPermissionWanted = config.xmpp.send_as_users === "privileged";
  const refusal =
    isPermissionWanted && !isPermitted
      ? `${host} doesn't permit it (XEP-0356)`
      : (session.closed?.text ?? "nothing arrives");
  return wrong(
    `the component may not send as users of ${host}: ${refusal}`,
    ...sendingTodo({ domain: session.domain, host, server, isPermissionWanted }),
  );
}

function attributes(back: Element): Finding {
  if (back.getChild("qtalk", NS.qtalk)?.getChild(MIRROR.body)?.attrs.msgType !== "1") {
    return wrong("the server drops the element that carries QTalk's attributes");
  }
  const kept = back.attrs.client_ver === "0" && back.getChild("body")?.attrs.msgType === "1";
  return fine(
    kept
      ? "QTalk's attributes are kept, even on <message> and <body>"
      : "QTalk's attributes are kept in their own element; the server drops them from <message> and <body>",
  );
}

/** Checks that the server routes QTalk's notifications, which are presence stanzas or headline messages. */
async function notifications({ session, config }: Examined, host: string): Promise<Finding> {
  const { carrier } = config.notify;
  const { domain } = session;
  const isByPermission = config.xmpp.send_as_users !== "direct" && session.permissions.maySend(host);
  if (carrier === "headline" || (carrier === "auto" && isByPermission))
    return fine("notifications are sent as headline messages");
  const id = newProbeId();
  const notify = xml("notify", { xmlns: NS.notify, category: "doctor", data: "" });
  session.exchange.send(xml("presence", { from: `${unusedAddress(host)}/notify`, to: domain, id }, notify));
  const back = await session.exchange.next(
    (stanza) => stanza.name === "presence" && hasId(id)(stanza),
    WAIT_MS,
  );
  // The type is checked too, because error stanzas contain the sent element.
  const isPassed = back?.attrs.type === undefined && back?.getChild("notify", NS.notify) !== undefined;
  if (isPassed) return fine("notifications pass, as presence");
  return doubtful(
    "the server drops presence that the component sends as users, so notifications would be lost",
    "Set notify.carrier to headline in the component's configuration. Or turn off the check of senders:",
    uncheckedSenders(domain),
  );
}

/** Returns a random address at a host. No account has this address. */
function unusedAddress(host: string): string {
  return `${newProbeId()}@${host}`;
}
