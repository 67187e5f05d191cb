/** Checks for missing modules of the server by a host's features (XEP-0030): a configuration line may have replaced their list. */
import type { Element } from "../../component/xml/builder.js";
import { doubtful, type Finding } from "./finding.js";

interface Module {
  readonly feature: string;
  readonly prosody: string;
  /** Undefined if ejabberd doesn't announce it. */
  readonly ejabberd?: string;
  /** What is missing without it. */
  readonly loss: string;
}

const MODULES: readonly Module[] = [
  { feature: "jabber:iq:roster", prosody: "roster", loss: "contact lists" },
  {
    feature: "msgoffline",
    prosody: "offline",
    ejabberd: "mod_offline",
    loss: "messages to offline users",
  },
  {
    feature: "urn:xmpp:carbons:2",
    prosody: "carbons",
    ejabberd: "mod_carboncopy",
    loss: "copies on users' other devices",
  },
  {
    feature: "vcard-temp",
    prosody: "vcard_legacy",
    ejabberd: "mod_vcard",
    loss: "names and pictures",
  },
  {
    feature: "jabber:iq:last",
    prosody: "uptime",
    ejabberd: "mod_last",
    loss: "the server's uptime (without it, messages are repeated after a lost link)",
  },
];

/** @param info the host's answer to disco#info */
export function missingModules(host: string, info: Element, server: Finding["server"]): readonly Finding[] {
  const offered = new Set(info.getChildren("feature").map(({ attrs }) => attrs.var));
  const missing = MODULES.filter(
    ({ feature, ejabberd }) => !offered.has(feature) && (server === "prosody" || ejabberd !== undefined),
  );
  if (missing.length === 0) return [];
  return [
    doubtful(
      `${host} doesn't offer ${missing.map(({ loss, feature }) => `${loss} (${feature})`).join(", ")}`,
      "If a line of the server's configuration replaced a longer list of modules, restore that list. Otherwise add:",
      {
        prosody: {
          where: `in the modules_enabled that VirtualHost "${host}" uses`,
          lines: missing.map(({ prosody }) => `"${prosody}";`),
        },
        ejabberd: {
          where: "under modules",
          lines: missing.flatMap(({ ejabberd }) => (ejabberd === undefined ? [] : [`${ejabberd}: {}`])),
        },
      },
    ),
  ];
}
