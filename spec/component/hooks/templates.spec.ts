/** Templates of hooks, and cleaning the text that they produce. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { Templates } from "../../../component/hooks/templates.js";
import { cleaned } from "../../../component/hooks/rendering.js";

let templates: Templates;

describe("A template", () => {
  before(async () => (templates = await Templates.load()));
  const render = (text: string, payload: unknown = {}): string => {
    const rendered = templates.render(text, { payload });
    return rendered instanceof HookFault ? `${rendered.kind}: ${rendered.message}` : rendered.text;
  };

  it("has errors with their line", () => {
    expect(templates.faultIn("{{ a }}")).to.equal(undefined);
    expect(templates.faultIn("a\n{% if %}")).to.contain("line:2");
    expect(render("a\n{{ payload.x | nothing }}")).to.match(/^template: .*undefined filter: nothing.*line:2/);
  });

  it("can't read files, other templates and the program", () => {
    expect(render('{% include "/etc/passwd" %}')).to.match(/^template: /);
    expect(render('{% render "slack" %}')).to.match(/^template: /);
    expect(render("{{ payload.constructor }}{{ payload.__proto__ }}{{ payload.toString }}")).to.equal("");
  });

  it("is stopped if it runs long or writes too much", () => {
    const before = process.cpuUsage();
    const endless = "{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}";
    expect(render(endless)).to.match(/^template: .*limit exceeded/);
    expect(process.cpuUsage(before).user / 1e6, "seconds; unstopped, hours").to.be.lessThan(10);
    const growing =
      '{% assign s = "xxxxxxxxxxxxxxxxxxxxxxxx" %}{% for i in (1..64) %}{% assign s = s | append: s %}{% endfor %}';
    expect(render(growing)).to.match(/^template: .*limit exceeded/);
  });

  it("is stopped when its time is up, even if it writes nothing and takes no memory", () => {
    const lists = { long: Array.from({ length: 500 }, () => 1), short: Array.from({ length: 20 }, () => 1) };
    const idle = "{% for a in payload.long %}{% for b in payload.long %}{% for c in payload.short %}";
    expect(render(`${idle}{% endfor %}{% endfor %}{% endfor %}`, lists)).to.contain("render limit exceeded");
  });

  it("gets no more of a long list, object or text than a filter handles in a moment", () => {
    const items = Array.from({ length: 300_000 }, (_, i) => ({ name: `a${i}`, state: "firing" }));
    const payload = { items, text: "xyz".repeat(300_000), fields: Object.fromEntries(items.entries()) };
    for (const filters of ['sort: "name"', 'where: "state", "firing"', 'map: "name" | sort_natural'])
      expect(render(`{{ payload.items | ${filters} | size }}`, payload)).to.equal("500");
    expect(render('{{ payload.text | split: "" | sort | size }}', payload)).to.equal("16384");
    expect(render("{% for field in payload.fields %}.{% endfor %}", payload)).to.have.length(500);
    expect(render("{{ payload.items | newline_to_br | size }}", payload)).to.match(/^\d{4,5}$/);
  });

  it("gets lists in lists, and no more values than that in total", () => {
    const payload = Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => 1));
    const counting = "{% for inner in payload %}{% for one in inner %}.{% endfor %}{% endfor %}";
    const long = render(counting, payload);
    expect(long.startsWith("template: ") ? 0 : long.length).to.be.below(20_000);
    expect(render(counting, [[1, 2], [3], []])).to.equal("...");
  });
});

describe("The text of a hook's message", () => {
  it("has no characters that XML forbids, and no needless lines", () => {
    expect(cleaned("a\u0000b \r\n\n\n\nc\ud800 \n", limitsConfig.parse({}))).to.equal("a\ufffdb\n\nc\ufffd");
  });

  it("is cleaned in linear time", () => {
    const before = process.cpuUsage();
    for (const space of [" ", "\t ", " \n", "\r\n", "\u0000", "<"])
      cleaned(space.repeat(100_000) + "x", limitsConfig.parse({}));
    // A pattern that looks for the end of such a line takes minutes of it.
    expect(process.cpuUsage(before).user / 1e6).to.be.lessThan(10);
  });

  it("has no direction characters", () => {
    expect(cleaned("paid \u202e001\u202c \u2067x\u2069 to \u202axy\u202c", limitsConfig.parse({}))).to.equal(
      "paid 001 x to xy",
    );
  });

  it("is cut at the limit of messages, between characters", () => {
    const text = cleaned("好".repeat(400_000), limitsConfig.parse({}));
    expect(Buffer.byteLength(text)).to.be.within(40_000, 53_000);
    expect(text).to.match(/^好+… \(cut\)$/);
  });
});
