/** What the README and the guide say is so: commands, keys, links, tables and pictures are there. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { Command } from "commander";
import { parse } from "yaml";
import { slug } from "../../../http/docs/markdown.js";
import { PAGES } from "../../../http/docs/pages.js";
import { parseConfig } from "../../../scripts/config/config.js";
import { configKeys } from "../../../scripts/config/keys.js";
import { sections } from "../../../scripts/config/sections.js";
import { documentAt } from "../../../scripts/docs/parts.js";
import { createProgram } from "../../../scripts/program.js";
import { exampleCall, factsSent, sideBySide } from "../../../scripts/quickstart/example.js";
import { version } from "../../../storage/version.js";
import {
  codeBlocks,
  documents,
  guide,
  guidePage,
  inlineCode,
  readme,
  type Document,
} from "../../support/documents.js";

const packageJson = readFileSync(documentAt("package.json"), "utf8");
const { scripts } = JSON.parse(packageJson) as { scripts: Record<string, string> };

/** The paths of source files. */
const sources = ["component", "http", "scripts", "spec", "storage"].flatMap((layer) =>
  readdirSync(documentAt(layer), { recursive: true, encoding: "utf8" }).map((file) => `${layer}/${file}`),
);

/** The names in the product's sources. */
const metrics = sources
  .filter((file) => /^(?:component|http|scripts)\/.*\.ts$/.test(file))
  .flatMap((file) => [...readFileSync(documentAt(file), "utf8").matchAll(/"(qtalk_[a-z_]+)"/g)])
  .map(([, name]) => name);

/** What is to be typed: lines of shell blocks, and commands in the text. */
function typed(document: Document): string[] {
  const lines = codeBlocks(document, "sh").flatMap((block) => block.replaceAll("\\\n", "").split("\n"));
  const parts = lines.map((line) => line.replace(/ # .*$/, "")).flatMap((line) => line.split("&&"));
  return [...parts, ...inlineCode(document)].map((text) => text.trim());
}

/** The command that is meant, and what follows its name. */
function meant(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program;
  let rest = words;
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (next === undefined) return { command, rest };
    command = next;
    rest = rest.slice(1);
  }
}

describe("The README", () => {
  it("is short: the rest is in the guide, to which it leads", () => {
    expect(readme.text.split("\n").length).to.be.at.most(185);
    for (const page of PAGES) expect(readme.text, page).to.contain(`(http/docs/guide/${page}.md)`);
  });

  it("begins with a post and a picture, then the commands that show that the program works", () => {
    const [post, clone, ...commands] = codeBlocks(readme, "sh").slice(0, 4);
    expect(post).to.match(/^curl -d "[^"]+" https:\/\/\S+\/hooks\/ID\/SECRET\n$/);
    expect(readme.text.indexOf("![")).to.be.lessThan(readme.text.indexOf("\n## "));
    expect(clone).to.match(/^git clone \S+ qtalk-component && cd qtalk-component\n$/);
    expect(commands).to.deep.equal(["npm run quickstart\n", "npm test\n"]);
  });

  it("says what the tests take and install", () => {
    const paragraph = readme.text.split("\n\n").find((text) => text.startsWith("`npm test`")) ?? "";
    expect(paragraph).to.match(/ minutes .*\binstalls .*\(about \d+ MB\)/s);
    const packages = readFileSync(documentAt("scripts/ready/packages.mjs"), "utf8");
    for (const name of ["ejabberd", "Prosody", "jabberd2", "Chromium"]) {
      expect(paragraph).to.contain(name);
      expect(packages).to.match(new RegExp(`^  ${name.toLowerCase()}: `, "m"));
    }
  });

  it("shows what the quickstart prints", () => {
    const sent = factsSent(exampleCall());
    const [block] = codeBlocks(readme, "");
    for (const line of sideBySide(sent, sent).split("\n")) expect(block).to.contain(line.trimEnd());
  });
});

describe("The guide", () => {
  it("has a file for every page, and a page for every file", () => {
    const english = guide.filter(({ path }) => !path.includes("/zh/"));
    expect(english.map(({ path }) => /([\w-]+)\.md$/.exec(path)?.[1])).to.have.members(["index", ...PAGES]);
  });

  it("has no page that is longer than a reader's patience, but the references", () => {
    const references = ["commands", "configuration", "performance", "robustness"];
    for (const { path, text } of guide) {
      if (references.some((name) => path.endsWith(`/${name}.md`))) continue;
      expect(text.split(/\s+/).length, `${path}: words`).to.be.at.most(1800);
    }
  });

  it("has what administrators search for as headings", () => {
    const headings = guide.flatMap(({ text }) => text.match(/^#+ .+$/gm) ?? []).join("\n");
    for (const heading of [
      "Log rotation|Retention|Uninstalling|Exit codes|Reverse proxy|Rate limits|GitLab",
      "Push notifications|End-to-end encryption|Time zones|Backup|Restore|Upgrading",
    ].flatMap((list) => list.split("|")))
      expect(headings).to.match(new RegExp(`^#+ ${heading}$`, "m"));
  });

  it("says in Chinese what it says in English", () => {
    const shape = ({ text }: Document): string[] =>
      text
        .split("\n")
        .flatMap((line) => /^(?:#+(?= )|```\w*|\|(?=.*\|)|- (?=`)|!(?=\[))/.exec(line)?.[0] ?? []);
    for (const page of guide.filter(({ path }) => path.includes("/zh/"))) {
      const name = /([\w-]+)\.md$/.exec(page.path)?.[1] ?? "";
      expect(shape(page), page.path).to.deep.equal(shape(guidePage(name)));
    }
  });

  it("has the same commands and settings in Chinese; only comments and messages are translated", () => {
    const lines = (document: Document): string[] =>
      ["sh", "yaml", "lua", "nginx", "apache", "ini"]
        .flatMap((language) => codeBlocks(document, language))
        .flatMap((block) => block.split("\n"))
        .map((line) => line.replace(/(?:^|\s)(?:#|--)\s.*$/, "").trim());
    for (const page of guide.filter(({ path }) => path.includes("/zh/"))) {
      const english = lines(guidePage(/([\w-]+)\.md$/.exec(page.path)?.[1] ?? ""));
      const plain = lines(page).filter((line) => !/\p{Script=Han}/u.test(line));
      expect(english, page.path).to.include.members(plain);
    }
  });
});

describe("The pages for developers", () => {
  for (const page of ["architecture", "development"]) {
    it(`name only files and folders that there are: ${page}.md`, () => {
      const paths = inlineCode(guidePage(page)).filter((code) =>
        /^(?:component|http|storage|scripts|spec)\/[\w./-]+$/.test(code),
      );
      const named = paths.filter((path) => !path.includes("NAME"));
      expect(named.length).to.be.greaterThan(5);
      expect(named.filter((path) => !existsSync(documentAt(path)))).to.deep.equal([]);
    });
  }
});

describe("The changelog", () => {
  it("keeps to its form, and knows this version", () => {
    const text = readFileSync(documentAt("CHANGELOG.md"), "utf8");
    expect(text).to.match(/^# Changelog\n/);
    const kinds = [...text.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
    for (const kind of kinds)
      expect(kind).to.be.oneOf([
        "Before you update",
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
      ]);
    expect(text).to.contain("\n## [Unreleased]\n").and.to.contain(`\n## [${version()}]`);
    // A page that a person reads: what a version is, not each change on the way to it.
    for (const section of text.split(/^(?=## )/m)) expect(section.split("\n").length).to.be.at.most(150);
  });
});

const program = await createProgram();

for (const document of documents) {
  describe(document.path, () => {
    it("names only commands and options that there are", () => {
      for (const line of typed(document)) {
        const npm = /^npm (?:run )?(?!pack|install|uninstall|ci|pkg|login|publish)([a-z-]+)(.*)$/.exec(line);
        if (npm !== null) expect(scripts, line).to.have.property(npm[1] ?? "");
        const own = /^qtalk-component (?!--)(.+)$/.exec(line)?.[1];
        if (own === undefined) continue;
        const words = own.replace(/ [<>] ?\S+/g, "").match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
        const { command, rest } = meant(program, words);
        expect(command, line).not.to.equal(program);
        expect(command.commands, `${line} names no command`).to.have.length(0);
        for (const word of rest.filter((each) => each.startsWith("-"))) {
          expect(
            command.options.some(({ short, long }) => word === short || word === long),
            `${line} has no ${word}`,
          ).to.equal(true);
        }
        const operands = rest.filter(
          (word, index) => !word.startsWith("-") && rest[index - 1]?.startsWith("--") !== true,
        );
        const isVariadic = command.registeredArguments.some(({ variadic }) => variadic);
        if (!isVariadic) expect(operands.length, line).to.be.at.most(command.registeredArguments.length);
      }
    });

    it("names only keys and variables of the configuration that there are", () => {
      const keys = configKeys();
      const sections = new Set(keys.map(({ path }) => path.split(".")[0] ?? ""));
      for (const code of inlineCode(document)) {
        const [, name = "", section = ""] = /^(([a-z]+)\.[a-z_]+)(?:: \S+)?$/.exec(code) ?? [];
        const isThere = keys.some(({ path }) => path === name || path.startsWith(`${name}.`));
        if (sections.has(section)) expect(isThere, code).to.equal(true);
        const variable = /^QTALK_[A-Z_]+$/.exec(code)?.[0];
        if (variable !== undefined) expect(keys.map((key) => key.variable)).to.include(variable);
      }
    });

    it("names only metrics that there are", () => {
      for (const code of inlineCode(document)) if (/^qtalk_\w+$/.test(code)) expect(metrics).to.include(code);
    });

    it("names only source files that there are", () => {
      for (const code of inlineCode(document)) {
        const name = /^(?:\w+ )?([\w./-]+\.(?:ts|mjs|sql))$/.exec(code)?.[1];
        if (name !== undefined)
          expect(
            sources.some((path) => `/${path}`.endsWith(`/${name}`)),
            name,
          ).to.equal(true);
      }
    });

    it("shows configurations of the component that are right", () => {
      const xmpp = { domain: "groups.example.org", password: "x", hosts: ["example.org"] };
      const isOurs = (text: string): boolean => Object.keys(sections).includes(text.split(":")[0] ?? "");
      for (const block of codeBlocks(document, "yaml").filter(isOurs)) {
        const tree = parse(block.replaceAll('"…"', `"${"0".repeat(64)}"`)) as Record<string, unknown>;
        const config = parseConfig({
          xmpp,
          ...tree,
          ...(tree.xmpp !== undefined && { xmpp: withSecret(tree.xmpp) }),
        });
        expect(config.xmpp.domain).to.equal("groups.example.org");
      }
    });

    it("links to what is there", () => {
      for (const [, target = ""] of document.text.matchAll(/\]\(([^)\s]+)\)/g)) {
        // Paths of the component itself are tried over HTTP (spec/http/docs/guide.spec.ts).
        if (/^(?:https:|\/)/.test(target)) continue;
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? document.file : join(dirname(document.file), path);
        expect(existsSync(file), `${target} in ${document.path}`).to.equal(true);
        if (anchor === undefined) continue;
        const headings = readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm);
        expect([...headings].map(([, text]) => slug(text ?? ""))).to.include(anchor);
      }
    });

    it("shows pictures that are small and have a description", () => {
      for (const [, words = "", path = ""] of document.text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)) {
        expect(words.length, path).to.be.greaterThan(15);
        // README's picture is composed of several screens.
        const most = path.endsWith("/hero.png") ? 200 * 1024 : 80 * 1024;
        expect(statSync(join(dirname(document.file), path)).size, path).to.be.within(1, most);
      }
    });
  });
}

/** Only the secret's file isn't there. */
function withSecret(xmpp: unknown): object {
  return { ...(xmpp as object), password_file: undefined, password: "x" };
}
