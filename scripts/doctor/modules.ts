/**
 * Checks for missing modules of the server by the features that a host announces (XEP-0030). A line of the
 * server's configuration may have replaced the default list of modules.
 */
import type { Element } from "../../component/xml/builder.js";
import { doubtful, type Finding } from "./finding.js";

interface Module {
  /** The feature in service discovery that shows that the module is loaded. */
  readonly feature: string;
  /** The module's name in Prosody. */
  readonly prosody: string;
  /** The module's name in ejabberd; absent if ejabberd doesn't announce the feature even with the module. */
  readonly ejabberd?: string;
  /** What users or the component lack without the module. */
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

/** Returns a finding if the host lacks features. @param info the host's response to disco#info */
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
        another: "the server's modules for them",
      },
    ),
  ];
}
