import { expect } from "chai";
import { openDatabase } from "../../../storage/database.js";
import { CommandLine, type Outcome } from "../../support/command-line.js";
import { BOUNDS, event, storesOf } from "../../component/hooks/outgoing/parts.js";

describe("The commands for outgoing webhooks", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  const inDatabase = <T>(look: (stores: ReturnType<typeof storesOf>) => T): T => {
    const db = openDatabase(line.database);
    try {
      return look(storesOf(db));
    } finally {
      db.close();
    }
  };
  const hook = (...args: readonly string[]): Promise<Outcome> => line.run("hook", ...args);

  it("refuse what can't be, and say what to do", async () => {
    const deliverTo = ["--deliver-to", "http://127.0.0.1:9/"];
    const refused: readonly (readonly [string[], RegExp])[] = [
      [["a", ...deliverTo, "--on", "message"], /an inner address.* add allow_inner: 127\.0\.0\.1\.\n$/],
      [
        ["a", "--deliver-to", "ftp://x.test/", "--on", "message"],
        /^deliver_to: expected an http or https URL/,
      ],
      [
        ["a", "--deliver-to", "https://bot:50%off@x.test/", "--on", "message"],
        /^deliver_to: a "%" in the user or password must be written as %25\.\n$/,
      ],
      [["a", ...deliverTo, "--on", "mesage"], /^on\[0\]: expected "message" or/],
      [["a", ...deliverTo, "--to", "ops"], /^to: is for incoming hooks/],
      [["a", "--to", "ops", "--allow-inner", "::1"], /^allow_inner: only together with silence_at/],
      ...["http://am:secret@am.test/", "http://am.test/?a=1", "http://am.test/#silences"].map(
        (url): [string[], RegExp] => [
          ["a", "--to", "ops", "--silence-at", url],
          /^silence_at: the URL must have no user, password or query: silence_token takes USER:PASSWORD/,
        ],
      ),
      [
        ["a", ...deliverTo, "--allow-inner", "127.0.0.1", "--on", "room", "--form", "qtalk"],
        /^form: qtalk delivers only message and/,
      ],
      [
        ["a", ...deliverTo, "--on", "room", "--allow-inner", "10.0.0.0/40"],
        /is neither an IP address nor a network/,
      ],
      [["a"], /^to: name the receiver of posts \(to\), or the program that gets events \(deliver_to\)/],
    ];
    const outcomes = await Promise.all(refused.map(([args]) => hook("add", ...args)));
    for (const [n, [args, words]] of refused.entries()) {
      expect(outcomes[n]?.stderr, args.join(" ")).to.match(words);
      expect(outcomes[n]?.code).not.to.equal(0);
    }
  });

  it("make one, with its bot and its secret; give it another; look after what it didn't take; take it away", async () => {
    const url = "http://name:password@127.0.0.1:9/told/s3cret?token=t";
    const options = ["--allow-inner", "127.0.0.1", "--on", "message,member", "--room", "ops"];
    const made = await hook("add", "a", "--deliver-to", url, ...options, "--match", "!*");
    expect(made.stdout).to.match(/^whsec_[\w+/]{43}=\n$/);
    const [stored] = inDatabase(({ store }) => store.list());
    expect(stored).to.deep.include({
      ...{ name: "a", url, secret: made.stdout.trim(), events: ["message", "member"], bot: "a" },
      ...{ rooms: ["ops@conference.x.test"], pattern: "!*", form: "standard", inner: ["127.0.0.1"] },
    });
    expect((await hook("add", "a", "--to", "ops")).stderr).to.contain("there is a hook a already");
    const renewed = (await hook("rotate", "a")).stdout.trim();
    expect(renewed)
      .to.match(/^whsec_/)
      .and.not.equal(made.stdout.trim());
    inDatabase(({ store, events }) => {
      const id = stored?.id ?? 0;
      expect(store.find(id)?.secret).to.equal(renewed);
      for (const name of ["1", "2"]) {
        events.add(event(id, name), BOUNDS);
        const first = events.first(id);
        if (first !== undefined) events.bury(first, 5, "it answered 500", BOUNDS);
      }
    });
    expect((await hook("dead")).stdout).to.match(/^ID +HOOK [^]*1 +a .* it answered 500 +{"id":"1"}\n2 +a/);
    expect((await hook("retry", "a", "7")).stderr).to.contain("there are no dead letters with these ids");
    expect((await hook("retry", "a", "1")).stdout).to.equal("1 dead letter was put back into the queue.\n");
    expect((await hook("drop", "a", "--all", "--yes")).stdout).to.equal("1 dead letter was deleted.\n");
    expect((await hook("dead", "a")).stdout).to.equal("No dead letters.\n");
    const listed = (await hook("list")).stdout;
    expect(listed)
      .to.contain("http://127.0.0.1:9/told")
      .and.not.match(/password|token|whsec|s3cret/);
    expect((await hook("test", "a")).stderr).to.contain("No component runs");
    expect((await hook("remove", "a", "--yes")).code).to.equal(0);
    expect((await hook("list")).stdout).to.equal("No incoming hooks.\n\nNo outgoing hooks.\n");
  });
});
