/**
 * Checks for missing modules of the server by the features that a host announces (XEP-0030). A line of the
 * server's configuration may have replaced the default list of modules.
 */
import type { Element } from "../../component/xml/builder.js";
import { doubtful, type Finding } from "./finding.js";

/**
 * The feature in service discovery that shows that a module is loaded; the module's names in Prosody and ejabberd,
 * undefined if ejabberd doesn't announce the feature even with the module; what users or the component lack without it.
 */
type Module = readonly [feature: string, prosody: string, ejabberd: string | undefined, loss: string];

const MODULES: readonly Module[] = [
  ["jabber:iq:roster", "roster", undefined, "contact lists"],
  ["msgoffline", "offline", "mod_offline", "messages to offline users"],
  ["urn:xmpp:carbons:2", "carbons", "mod_carboncopy", "copies on users' other devices"],
  ["vcard-temp", "vcard_legacy", "mod_vcard", "names and pictures"],
  [
    "jabber:iq:last",
    "uptime",
    "mod_last",
    "the server's uptime (without it, messages are repeated after a lost link)",
  ],
];

/** Returns a finding if the host lacks features. @param info the host's response to disco#info */
export function missingModules(host: string, info: Element, server: Finding["server"]): readonly Finding[] {
  const offered = new Set(info.getChildren("feature").map(({ attrs }) => attrs.var));
  const missing = MODULES.filter(
    ([feature, , ejabberd]) => !offered.has(feature) && (server === "prosody" || ejabberd !== undefined),
  );
  if (missing.length === 0) return [];
  return [
    doubtful(
      `${host} doesn't offer ${missing.map(([feature, , , loss]) => `${loss} (${feature})`).join(", ")}`,
      "If a line of the server's configuration replaced a longer list of modules, restore that list. Otherwise add:",
      {
        prosody: {
          where: `in the modules_enabled that VirtualHost "${host}" uses`,
          lines: missing.map(([, prosody]) => `"${prosody}";`),
        },
        ejabberd: {
          where: "under modules",
          lines: missing.flatMap(([, , ejabberd]) => (ejabberd === undefined ? [] : [`${ejabberd}: {}`])),
        },
        another: "the server's modules for them",
      },
    ),
  ];
}
