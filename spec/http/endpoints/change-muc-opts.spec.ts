/** management/change_muc_opts: what it takes, and what it leaves as it is. */
import { expect } from "chai";
import { CalledComponent } from "../../support/called-component.js";

describe("management/change_muc_opts", () => {
  let called: CalledComponent;
  const room = { muc: "r", domain: "conference.qtalk.test.org" };
  beforeEach(async () => {
    called = await CalledComponent.open();
    await called.done("create_muc", { muc_id: "r", muc_owner: "test", muc_domain: room.domain });
  });
  afterEach(() => called.close());
  const change = (more: object): Promise<void> =>
    called.done("management/change_muc_opts", { ...room, ...more });
  const most = async (): Promise<unknown> => {
    const { text } = await called.post("management/get_muc_opts", room);
    return (JSON.parse(text) as { data: { maxusers: number } }).data.maxusers;
  };

  it("takes texts, numbers and booleans, and leaves what is empty, null or missing", async () => {
    await change({ public: true, max_users: 9, forbidden_words: "x" });
    expect(await most()).to.equal(9);
    await change({ public: "", persistent: null, max_users: "" });
    expect(await most()).to.equal(9);
    await change({ max_users: "250" });
    expect(await most()).to.equal(250);
  });

  it("makes the user that affiliations names the owner", async () => {
    await change({ affiliations: "test1" });
    const { text } = await called.post("management/get_muc_opts", room);
    expect(text).to.include('"owner":[{"user":"test1","host":"qtalk.test.org"}]');
  });

  it("refuses anything else", async () => {
    const refused = (more: object) => called.refused("management/change_muc_opts", { ...room, ...more });
    expect(await refused({ public: "yes" })).to.deep.equal([1, 'public: expected "true" or "false"']);
    expect((await refused({ max_users: "many" }))[1]).to.match(/^max_users: /);
  });
});
