/** What `hook list` says of each hook's posts: how many came, and how many were refused, since the component started. */
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { operate } from "../../support/command-line.js";

interface Listed {
  readonly incoming: readonly { readonly name: string; readonly posts?: number; readonly refused?: number }[];
}

describe("hook list", () => {
  let component: ComponentProcess;
  before(async () => (component = await ComponentProcess.alone()));
  after(() => component.stop());

  const added = async (name: string): Promise<string> => {
    const said = await operate(component, "hook", "add", name, "--to", "li@x.test");
    return /http:\S+/.exec(said)?.[0] ?? "";
  };
  const post = async (url: string, body: string): Promise<boolean> =>
    (await fetch(url, { method: "POST", body })).ok;
  const listed = async (): Promise<object> => {
    const { incoming } = JSON.parse(await operate(component, "hook", "list", "--json")) as Listed;
    return Object.fromEntries(incoming.map(({ name, posts, refused }) => [name, { posts, refused }]));
  };

  it("counts the posts of each hook, and those that were refused, from the start on", async () => {
    const [disks, nights] = [await added("disks"), await added("nights")];
    expect(await listed()).to.eql({ disks: { posts: 0, refused: 0 }, nights: { posts: 0, refused: 0 } });
    for (const [body, isTaken] of [
      ["The disk is full", true],
      ["", false],
      ["The disk is fine", true],
      ["", false],
      ["", false],
    ] as const)
      expect(await post(disks, body), body).to.equal(isTaken);
    expect(await post(nights, "Good night")).to.equal(true);
    expect(await listed()).to.eql({ disks: { posts: 5, refused: 3 }, nights: { posts: 1, refused: 0 } });
    const table = await operate(component, "hook", "list");
    expect(table).to.match(/POSTS SINCE START +REFUSED SINCE START/);
    expect(table).to.match(/^disks .* 5 +3 .*$/m);
    await component.end("SIGTERM");
    component.launch();
    await component.alive();
    expect(await listed(), "after a restart").to.eql({
      disks: { posts: 0, refused: 0 },
      nights: { posts: 0, refused: 0 },
    });
  });
});
