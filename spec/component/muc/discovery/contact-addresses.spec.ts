/** The service's contact addresses (XEP-0157). */
import { expect } from "chai";
import { roomsConfig, type RoomsConfig } from "../../../../component/config.js";
import { crone, DOMAIN, Play } from "../play.js";
const ADMIN = "mailto:admin@example.org";
const ABUSE = ["xmpp:abuse@example.org", "https://example.org/abuse"];

describe("the service's contact addresses", () => {
  const advertised = async (contact: RoomsConfig["contact"]): Promise<Record<string, string>> => {
    const play = await new Play({ rooms: { contact } }).ready();
    const { fields } = await play.info(crone, DOMAIN);
    play.close();
    return fields;
  };

  it("are advertised by kind", async () => {
    expect(await advertised({ admin: [ADMIN], abuse: ABUSE, sales: [] })).to.deep.equal({
      FORM_TYPE: "http://jabber.org/network/serverinfo",
      "admin-addresses": ADMIN,
      "abuse-addresses": ABUSE.join("\n"),
    });
  });

  it("aren't advertised if none are configured", async () => {
    expect(await advertised({})).to.deep.equal({});
  });

  it("must be URIs of a known kind", () => {
    const reads = (contact: unknown): string | undefined =>
      roomsConfig.safeParse({ contact }).error?.issues[0]?.path.join(".");
    expect(reads({ admin: [ADMIN] })).to.equal(undefined);
    expect(reads({ admin: ["admin@example.org"] })).to.equal("contact.admin.0");
    expect(reads({ boss: [ADMIN] })).to.equal("contact");
  });
});
