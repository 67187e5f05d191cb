/** What the doctor says of the service through which rooms tell many at once (XEP-0033), on a real server. */
import { onServer } from "../../support/servers.js";
import { DOMAIN, HOST, play } from "./visit.js";

describe("The doctor, of the multicast service", () => {
  const singly = "rooms send each receiver a stanza of its own";
  const outside = "groups.example.net";
  const asItComes = {
    extra: "modules: {mod_multicast: {}}",
    components: [{ domain: DOMAIN }, { domain: outside }],
  };
  onServer("ejabberd", asItComes, (stage) =>
    play(
      stage,
      `
      it names the lines for more receivers a stanza
      ✔ … through multicast.${HOST}, up to 20 per stanza
      message: 500

      it says that a component outside of the service's domain is refused
      with xmpp: {domain: ${outside}}
      (forbidden)
      give the component a subdomain of that domain

      it says that the multicast service isn't used if that is configured
      with rooms: {multicast: "off"}
      ✔ ${singly}, as rooms.multicast is off`,
    ),
  );

  const closed = "access_rules: {nobody: {deny: all}}\nmodules: {mod_multicast: {access: nobody}}";
  onServer("ejabberd", { extra: closed, components: [{ domain: DOMAIN }] }, (stage) =>
    play(
      stage,
      `
      it finds that the multicast service refuses the component
      ! … (forbidden), so ${singly}
      access: multicast`,
    ),
  );
});
