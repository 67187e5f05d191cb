/** What operators may do: each family of operations with each right. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/operation-families.js";
import type { Operation } from "../../../component/administration/operation.js";
import { RIGHTS, type Right } from "../../../component/administration/rights.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";
import { HAG } from "../../component/muc/play.js";
import { ConsoleStage, faultOf } from "../console/stage.js";

const FORBIDDEN = [403, "forbidden", undefined];
/** The rights with which an operation of a family that changes something isn't refused. */
const CHANGERS: Readonly<Record<string, readonly Right[]>> = {
  hook: ["hooks", "all"],
  bot: ["hooks", "all"],
  alert: ["hooks", "all"],
  duty: ["hooks", "all"],
  room: ["rooms", "all"],
};
/** What shows messages is not for everybody who may read. */
const SHOWING: Readonly<Record<string, readonly Right[]>> = {
  "room grep": ["rooms", "all"],
  "hook captured": ["hooks", "all"],
  "hook dead": ["all"],
  "outbox list": ["all"],
  "outbox show": ["all"],
};

describe("An operator's rights", () => {
  let stage: ConsoleStage;
  beforeEach(async () => void (stage = await ConsoleStage.open({ isLoggedIn: false })));
  afterEach(() => stage.close());

  const mayRun = ({ name, effect }: Operation): readonly Right[] => {
    if (effect === "read") return SHOWING[name] ?? RIGHTS;
    return CHANGERS[name.split(" ")[0] ?? ""] ?? ["all"];
  };

  it("hold for each operation, over HTTP and in the console; a refusal names what is missing", async () => {
    for (const right of RIGHTS) {
      const token = stage.addOperator(right, undefined, right);
      const session = await stage.logIn(token);
      for (const operation of await allOperations(ALL_FAMILIES)) {
        const path = operation.name.replace(" ", "/");
        const given = { nonsense: 1 };
        const [byToken, inConsole] = [
          await stage.admin(path, given, token),
          await stage.posts(path, given, session),
        ];
        const what = `${operation.name} with ${right}`;
        expect(inConsole.json, what).to.eql(byToken.json);
        if (mayRun(operation).includes(right)) expect(byToken.status, what).to.equal(422);
        else {
          expect(faultOf(byToken), what).to.eql(FORBIDDEN);
          expect(byToken.json.error?.message).to.match(
            new RegExp(
              `^${operation.name} needs the right \\w+, and ${right} may only ${right} \\(operator add`,
            ),
          );
        }
      }
    }
  });

  it("to hooks aren't rights to send as users, or to read what is said", async () => {
    await stage.desk.play.coven();
    const hooks = stage.addOperator("hooks", undefined, "hooks");
    const all = stage.addOperator("all");
    const target = { deliver_to: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"], on: ["message"] };
    for (const given of [
      { name: "mine", to: "coven", as: HAG },
      { name: "out", ...target },
    ]) {
      const refused = await stage.admin("hook/add", given, hooks);
      expect([refused.status, refused.json.error?.message]).to.satisfy(
        ([status, message]: [number, string]) => status === 403 && message.includes("needs the right all"),
      );
      expect((await stage.admin("hook/add", given, all)).status).to.equal(200);
      expect((await stage.admin("hook/set", { name: given.name, title: "x" }, hooks)).status).to.equal(403);
    }
    expect((await stage.admin("hook/rotate", { name: "mine" }, hooks)).status).to.equal(403);
    expect((await stage.admin("hook/add", { name: "grafana", to: "coven" }, hooks)).status).to.equal(200);
  });

  it("are in the list of changes with who gave them", async () => {
    const all = stage.addOperator("boss");
    await stage.admin("operator/add", { name: "ann", may: ["hooks"], expires: "90d" }, all);
    const { changes } = (await stage.admin("changes/list", {}, all)).json as {
      changes: Record<string, unknown>[];
    };
    expect(changes[0]).to.include({ who: "boss", operation: "operator add" });
    expect(changes[0]?.arguments).to.eql({ name: "ann", may: ["hooks"], expires: "90d" });
  });
});
