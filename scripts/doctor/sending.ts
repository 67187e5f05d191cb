/** Checks how the component can send in users' names: by XEP-0356, directly, or not at all. */
import { sendingTodo, uncheckedSenders } from "../../component/link/server-lines.js";
import { MIRROR } from "../../component/composing/attribute-mirror.js";
import { PrivilegedMessages } from "../../component/outbox/privileged-messages.js";
import { hasId, newProbeId } from "../../component/probes/exchange.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { fine, wrong, doubtful, type Finding } from "./finding.js";
import { ask, unusedAddress, type Examined, type Probe } from "./probes.js";

const WAIT_MS = 3_000;
/** How long to wait for a host to announce its permissions, in milliseconds. */
const WORD_MS = 1_000;
/** The first ejabberd (year, month) whose mod_privilege lets components' other requests through. */
const GOOD_EJABBERD = [25, 3] as const;

/** Checks each host, and whether the server keeps QTalk's attributes. */
export const sendingAsUsers: Probe = async (examined) => {
  if (examined.sending === "never")
    return fine("the component sends nothing in users' names (xmpp.send_as_users: never)");
  const findings: Finding[] = [];
  const isGood = await isGoodEjabberd(examined, examined.hosts[0] ?? "");
  for (const host of examined.hosts.filter((each) => !examined.unserved.has(each))) {
    const isPermitted = examined.sending !== "direct" && (await permits(examined, host));
    const back =
      examined.sending === "privileged" && !isPermitted ? undefined : await sent(examined, host, isPermitted);
    if (back === undefined || back.attrs.type === "error")
      return [...findings, unable(examined, host, { isPermitted, isGood })];
    const how = isPermitted
      ? "with its permission (XEP-0356): the users' other sessions and archives get copies"
      : "directly from their addresses";
    findings.push(fine(`the component may send as users of ${host}, ${how}`));
    if (host === examined.hosts[0]) findings.push(attributes(back));
  }
  return findings;
};

/** Returns whether a host permits messages in its users' names. Hosts announce this after the component connects. */
async function permits({ session }: Examined, host: string): Promise<boolean> {
  const { permissions } = session;
  if (!permissions.isKnown(host))
    await session.next(
      (stanza) => stanza.attrs.from === host && stanza.getChild("privilege", NS.privilege) !== undefined,
      WORD_MS,
    );
  return permissions.maySend(host);
}

/** Sends a message from an address without account to the component. @returns the message that arrived, if any */
async function sent(
  { session, domain }: Examined,
  host: string,
  isPermitted: boolean,
): Promise<Element | undefined> {
  const id = newProbeId();
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
  return await session.next(hasId(id), WAIT_MS);
}

function unable(
  { session, domain, sending, server }: Examined,
  host: string,
  { isPermitted, isGood }: { readonly isPermitted: boolean; readonly isGood: boolean },
): Finding {
  const refusal =
    sending === "privileged" && !isPermitted
      ? `${host} doesn't permit it (XEP-0356)`
      : session.closed === undefined
        ? "nothing arrives"
        : session.closed.text;
  const text = `the component may not send as users of ${host}: ${refusal}`;
  return wrong(
    text,
    ...sendingTodo({ domain, host, server, isGood, isPermissionWanted: sending === "privileged" }),
  );
}

/** Returns whether the server is an ejabberd of version GOOD_EJABBERD or later. */
async function isGoodEjabberd(examined: Examined, host: string): Promise<boolean> {
  if (examined.server !== "ejabberd" || !examined.answers) return false;
  const answer = await ask(examined, host, xml("query", NS.version));
  const version = answer.kind === "result" ? (answer.payload?.getChildText("version") ?? "") : "";
  const [year = 0, month = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [goodYear, goodMonth] = GOOD_EJABBERD;
  return year > goodYear || (year === goodYear && month >= goodMonth);
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
export const presence: Probe = async ({ session, domain, hosts: [host = ""], sending, carrier }) => {
  if (sending === "never") return [];
  const isByPermission = sending !== "direct" && session.permissions.maySend(host);
  if (carrier === "headline" || (carrier === "auto" && isByPermission))
    return fine("notifications are sent as headline messages");
  const id = newProbeId();
  const notify = xml("notify", { xmlns: NS.notify, category: "doctor", data: "" });
  session.send(xml("presence", { from: `${unusedAddress(host)}/notify`, to: domain, id }, notify));
  const back = await session.next((stanza) => stanza.name === "presence" && hasId(id)(stanza), WAIT_MS);
  // The type is checked too, because error stanzas contain the sent element.
  const isPassed = back?.attrs.type === undefined && back?.getChild("notify", NS.notify) !== undefined;
  if (isPassed) return fine("notifications pass, as presence");
  return doubtful(
    "the server drops presence that the component sends as users, so notifications would be lost",
    uncheckedSenders(domain),
    "Or send them as messages: set notify.carrier to headline in the component's configuration.",
  );
};
