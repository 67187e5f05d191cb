/** Times are shown alike by commands, the log and the console: in the local zone, with its offset. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const TIMES = fileURLToPath(new URL("../../scripts/local-time.js", import.meta.url));
const CONSOLE = fileURLToPath(new URL("../../../http/console/page/format.js", import.meta.url));
const AT = Date.UTC(2026, 10, 28, 9, 5, 7, 89);

/** What a module of the program says in another zone. */
function inZone(zone: string, module: string, call: string): string {
  const browser = `Object.assign(globalThis, { localStorage: { getItem: () => "en" } });`;
  const program = `${browser} const it = await import(${JSON.stringify(module)}); console.log(it.${call}(${AT}));`;
  const env = { ...process.env, TZ: zone };
  return execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  }).trim();
}

describe("A time", () => {
  it("has the offset of this machine's zone, whichever it is", () => {
    for (const [zone, text] of [
      ["Asia/Shanghai", "2026-11-28 17:05:07+08:00"],
      ["UTC", "2026-11-28 09:05:07+00:00"],
      ["America/St_Johns", "2026-11-28 05:35:07-03:30"],
    ] as const) {
      expect(inZone(zone, TIMES, "timeText")).to.equal(text);
      expect(Date.parse(inZone(zone, TIMES, "timestamp"))).to.equal(AT);
    }
    expect(inZone("Asia/Shanghai", TIMES, "exactTimeText")).to.equal("2026-11-28 17:05:07.089+08:00");
  });

  it("is the same in the console", () => {
    for (const zone of ["Asia/Shanghai", "America/St_Johns"])
      expect(inZone(zone, CONSOLE, "dateTime")).to.equal(inZone(zone, TIMES, "timeText"));
  });
});
