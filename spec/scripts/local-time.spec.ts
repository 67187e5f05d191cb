/** Times are shown alike by commands, the log and the console: in the local zone, with its offset. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const TIMES = fileURLToPath(new URL("../../scripts/local-time.js", import.meta.url));
const CONSOLE = fileURLToPath(new URL("../../../http/console/page/format.js", import.meta.url));
const AT = Date.UTC(2026, 10, 28, 9, 5, 7, 89);

/** Returns the time in a zone as commands, the log (twice) and the console show it. */
function inZone(zone: string): string[] {
  const program = `
    Object.assign(globalThis, { localStorage: { getItem: () => "en" } });
    const { exactTimeText, localTimeText, timestamp } = await import(${JSON.stringify(TIMES)});
    const { dateTime } = await import(${JSON.stringify(CONSOLE)});
    console.log([localTimeText, exactTimeText, timestamp, dateTime].map((text) => text(${AT})).join("\\n"));`;
  const env = { ...process.env, TZ: zone };
  const args = ["--input-type=module", "-e", program];
  return execFileSync(process.execPath, args, { env, encoding: "utf8" }).trim().split("\n");
}

describe("A time", () => {
  for (const [zone, start, offset] of [
    ["Asia/Shanghai", "2026-11-28 17:05:07", "+08:00"],
    ["UTC", "2026-11-28 09:05:07", "+00:00"],
    ["America/St_Johns", "2026-11-28 05:35:07", "-03:30"],
  ] as const)
    it(`has the offset of this machine's zone, in the console as well: ${zone}`, () => {
      const [text, exact, stamp = "", inConsole] = inZone(zone);
      expect([text, inConsole]).to.deep.equal([start + offset, start + offset]);
      expect(exact).to.equal(`${start}.089${offset}`);
      expect(Date.parse(stamp)).to.equal(AT);
    });
});
