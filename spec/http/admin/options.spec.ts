/** What operators give for hooks and users is kept, each option for itself, and shown again. */
import { expect } from "chai";
import type { AccountJid } from "../../../component/addresses/address.js";
import { allOperations } from "../../../component/administration/operation-families.js";
import { argumentsOf } from "../../../component/administration/fields.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { DOMAIN, WICCA } from "../../component/muc/play.js";
import { ConsoleStage } from "../console/stage.js";

type Values = Readonly<Record<string, unknown>>;

/** Options that `hook show` doesn't show: secrets, pictures, where a program may be, and orders. */
const UNSHOWN = ["picture", "password", "allow_inner", "silence_token", "move_waiting", "all_rooms"];

const ONLY_ADDED = {};
/** What is shown of each option after the hook is added with it, and after the option alone is changed. */
const INCOMING: Readonly<Record<string, readonly [added: Values, changed: Values]>> = {
  to: [{ to: `coven@${DOMAIN}` }, { to: `caldron@${DOMAIN}` }],
  // A template uses the variables of its format, so it goes with it.
  format: [{ format: "grafana" }, { format: "alertmanager", own_template: false, text: undefined }],
  template: [
    { text: "{{ title }}", own_template: true },
    { text: "{{ text }}", own_template: true },
  ],
  // Only corrected messages are followed by announcements, so these end first.
  announce_resolved: [{ announce_resolved: true }, { announce_resolved: false }],
  update: [{ update: true }, { update: false }],
  only_events: [{ only_events: ["push"] }, { only_events: ["tag", "issues.opened"] }],
  except_events: [{ except_events: ["push.forced"] }, { except_events: ["wiki"] }],
  branches: [{ branches: ["main"] }, { branches: ["release/*"] }],
  step: [{ step: [`5m ${WICCA}`, "1h room"] }, { step: ["0m room"] }],
  steps_from: [{ steps_from: "error" }, { steps_from: "warning" }],
  mention: [{ mention: ["Juliet"] }, { mention: ["Romeo", "Nurse"] }],
  mention_from: [{ mention_from: "error" }, { mention_from: "none" }],
  rate: [{ rate: 2 }, { rate: 3 }],
  body_bytes: [{ body_bytes: 2048 }, { body_bytes: 4096 }],
  silence_at: [{ silence_at: "http://127.0.0.1:9" }, { silence_at: "http://127.0.0.1:10/am" }],
  expect_every: [{ expect_every: "1 d 1 h" }, { expect_every: "5 min" }],
  fetch_from: [{ fetch_from: ["grafana.test"] }, { fetch_from: ["other.test:3000"] }],
  grace: [{ grace: "1 h" }, { grace: "30 s" }],
  quiet: [{ quiet: true }, { quiet: false }],
  signed: [{ signed: true }, ONLY_ADDED],
  as: [{ sender: `herald@${DOMAIN}` }, ONLY_ADDED],
  title: [{ title: "Herald" }, { title: "The herald" }],
};
const OUTGOING: typeof INCOMING = {
  deliver_to: [{ url: "http://127.0.0.1:9/x" }, { url: "http://127.0.0.1:10/y" }],
  on: [{ on: ["message", "room"] }, { on: ["message"] }],
  room: [{ room: [`coven@${DOMAIN}`] }, { room: [`caldron@${DOMAIN}`] }],
  match: [{ match: "^!deploy" }, { match: "^!stop" }],
  only: [{ only: "mentions" }, { only: undefined }],
  form: [{ form: "standard" }, { form: "qtalk" }],
  as: [{ sender: `herald@${DOMAIN}` }, ONLY_ADDED],
};
/** Options whose argument isn't what is shown under their name. */
const GIVEN: Readonly<Record<string, readonly [added: unknown, changed: unknown]>> = {
  template: ["{{ title }}", "{{ text }}"],
  as: ["herald", undefined],
  deliver_to: ["http://127.0.0.1:9/x", "http://127.0.0.1:10/y"],
  only: ["mentions", "all"],
};

describe("Options of operations", () => {
  let stage: ConsoleStage;
  beforeEach(async () => (stage = await ConsoleStage.open()));
  afterEach(() => stage.close());

  async function optionsOf(name: string, kind: "incoming" | "outgoing"): Promise<string[]> {
    const operation = (await allOperations(ALL_FAMILIES)).find((each) => each.name === name)!;
    const mine = argumentsOf(operation).filter(({ of }) => of === undefined || of === kind);
    return mine.map((field) => field.name).filter((field) => !UNSHOWN.includes(field));
  }

  const givenFor = (table: typeof INCOMING, option: string, index: 0 | 1): Values => ({
    [option]: (GIVEN[option] ?? table[option]!.map((shown) => shown[option]))[index],
  });
  const show = () => stage.does("hook/show", { name: "ci" });

  for (const [kind, table, more] of [
    ["incoming", INCOMING, { allow_inner: ["127.0.0.0/8"] }],
    ["outgoing", OUTGOING, { allow_inner: ["127.0.0.0/8"] }],
  ] as const)
    it(`of ${kind} hooks are kept when the hook is added, and each can be changed alone`, async () => {
      const added = await optionsOf("hook add", kind);
      // An outgoing hook's replies have the bot's title, which bot list shows.
      const known = Object.keys(table);
      expect(added.filter((option) => kind === "incoming" || option !== "title")).to.have.members([
        "name",
        ...known,
      ]);
      const given = Object.assign({}, ...known.map((option) => givenFor(table, option, 0))) as Values;
      const made = await stage.does("hook/add", { name: "ci", ...given, ...more });
      expect(made).to.have.property("message");
      const all = Object.assign({}, ...known.map((option) => table[option]![0])) as Values;
      expect(await show()).to.deep.include(all);
      const changed = await optionsOf("hook set", kind);
      for (const [option, [, shown]] of Object.entries(table)) {
        if (!changed.includes(option)) continue;
        const before = await show();
        const set = { name: "ci", ...givenFor(table, option, 1) };
        expect(await stage.does("hook/set", set), option).to.have.property("message");
        expect(await show(), option).to.eql(JSON.parse(JSON.stringify({ ...before, ...shown })));
      }
      const alone = Object.keys(table).filter((option) => table[option]![1] !== ONLY_ADDED);
      expect(changed).to.include.members(alone);
    });

  it("of users are kept when the user is added, and each can be changed alone", async () => {
    const all = { name: "张三", pinyin: "zhangsan|zs", avatar: "/a.png", department: "/x/y", employed: true };
    // A new name also has a new spelling.
    const changes = {
      name: { name: "李四", pinyin: "lisi|ls" },
      pinyin: { pinyin: "lisi2" },
      avatar: { avatar: "/b.png" },
      department: { department: "/z" },
      employed: { employed: false },
    };
    expect(await optionsOf("user set", "incoming")).to.have.members(["user", ...Object.keys(all)]);
    await stage.does("user/set", { user: "zs", ...all });
    const shown = () => stage.does("user/show", { user: "zs" });
    const before = await shown();
    expect(before).to.deep.include(all);
    for (const [option, then] of Object.entries(changes) as [string, Values][]) {
      const expected = { ...(await shown()), ...then };
      await stage.does("user/set", { user: "zs", [option]: then[option] });
      expect(await shown(), option).to.eql(expected);
    }
  });

  it("of a hook may be addresses of IPv6: inner ones are refused, others need no look-up", async () => {
    const add = (host: string, more: object = {}) =>
      stage.does("hook/add", { name: "ci", on: ["message"], deliver_to: `http://${host}/`, ...more });
    for (const inner of ["[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]"])
      expect((await add(inner)).error?.message, inner).to.match(/^deliver_to: .*add allow_inner: /);
    for (const [host, more] of [
      ["[2606:4700::1111]", {}],
      ["[fd00::1]", { allow_inner: ["fd00::/8"] }],
    ] as const) {
      const done = await add(host, more);
      expect([done.error, done.notes ?? []], host).to.eql([undefined, []]);
      await stage.does("hook/remove", { name: "ci" });
    }
  });

  it("of a hook may name any receiver but a bot; a user whose id is a bot's isn't one", async () => {
    await stage.does("hook/add", { name: "ci", to: "coven" });
    const refused = { name: "next", to: `ci@${DOMAIN}` };
    expect((await stage.does("hook/add", refused)).error?.message).to.match(/^to: .* is a bot, which can't/);
    await stage.does("hook/add", { name: "next", to: "ci@qtalk.test.org" });
    expect((await stage.does("hook/show", { name: "next" })).to).to.equal("ci@qtalk.test.org");
  });

  it("let a bot enter a room elsewhere, and say what came of it", async () => {
    await stage.does("hook/add", { name: "ci", to: "coven" });
    const room = "dev@conference.elsewhere.test";
    const rooms = new BotRoomsStore(stage.desk.play.db);
    const [address, nick] = [`ci@${DOMAIN}`, "ci"];
    for (const [state, reason, isOver, text] of [
      ["inside", undefined, true, `${address} is in ${room} as ci`],
      ["refused", "members only", true, `${address} isn't in ${room}: members only`],
      ["outside", undefined, true, `${address} isn't in ${room}: outside`],
      ["entering", undefined, true, `${address} is still entering ${room}: see bot list`],
      ["refused", "members only", false, `${address} is still entering ${room}: see bot list`],
    ] as const) {
      Object.assign(stage.desk.running.remote, {
        settle: (bot: string, { text }: AccountJid) => {
          rooms.note({ bot, room: text, state, nick, condition: undefined, reason }, 1);
          return Promise.resolve(isOver);
        },
      });
      const { message, error } = await stage.does("bot/enter", { bot: "ci", room });
      const said = error?.message ?? (message as string);
      expect(said, `${state}, ${isOver}`).to.match(new RegExp(`^${text.replaceAll(".", "\\.")}\\.?$`));
      expect(error === undefined, state).to.equal(state === "inside");
    }
  });
});
