/** Where a configuration comes from: the YAML file, over it the environment, over that the flags. */
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ExitCode, Failure } from "../failure.js";
import { checked, parseSections } from "./config.js";
import type { Fault } from "./faults.js";
import { configKeys, PREFIX, valueOf, type ConfigKey } from "./keys.js";
import { sections, type Config, type SectionName } from "./sections.js";

export const DEFAULT_FILE = "/etc/qtalk-component.yml";

export interface Sources {
  /** The file that was asked for; absent: the usual one, where it exists. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By key, such as `xmpp.domain`. */
  readonly flags: Readonly<Record<string, string>>;
}

type Tree = Record<string, unknown>;

/**
 * Reads and checks the whole configuration.
 * @throws ConfigFaults
 * @throws Failure where the file isn't there or isn't YAML
 */
export function loadConfig(sources: Sources): Config {
  return loadSections(sources, Object.keys(sections) as SectionName[]);
}

/** The same for some sections only: what is wrong elsewhere doesn't matter. */
export function loadSections<K extends SectionName>(sources: Sources, names: readonly K[]): Pick<Config, K> {
  const fromFile = treeOf(sources.file);
  const tree = fromFile ?? {};
  const faults: Fault[] = [];
  overrideByEnvironment(tree, sources.env, faults);
  overrideByFlags(tree, sources.flags);
  const parsed = parseSections(tree, names);
  const file = sources.file ?? DEFAULT_FILE;
  const source =
    fromFile === undefined ? `the configuration (${file} doesn't exist)` : `the configuration (${file})`;
  return checked({ config: parsed.config, faults: [...faults, ...parsed.faults] }, source);
}

/** The file's sections; undefined where no file was asked for and the usual one doesn't exist. */
function treeOf(asked: string | undefined): Tree | undefined {
  const file = asked ?? DEFAULT_FILE;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && asked === undefined) return undefined;
    const why = code === "ENOENT" ? "doesn't exist" : `can't be read (${code ?? String(error)})`;
    throw new Failure(
      `The configuration file ${file} ${why}: name another with --config, or make it one that this user may read.`,
      ExitCode.noInput,
    );
  }
  return parsedTree(file, text);
}

function parsedTree(file: string, text: string): Tree {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    // The parser's own message may quote a line, and with it a secret.
    const at = error.linePos?.[0];
    const place = at === undefined ? "" : ` in line ${at.line}, column ${at.col}`;
    const what = /^.*?(?= at line|[:\n]|$)/.exec(error.message)?.[0].trim();
    throw new Failure(
      `The configuration file ${file} is not valid YAML${place}: ${what ?? error.code}.`,
      ExitCode.config,
    );
  }
  const tree: unknown = document.toJS() ?? {};
  if (isTree(tree)) return tree;
  throw new Failure(
    `The configuration file ${file} has no sections: it wants lines such as "xmpp:" with keys under them.`,
    ExitCode.config,
  );
}

function overrideByEnvironment(tree: Tree, env: Sources["env"], faults: Fault[]): void {
  const keys = new Map(configKeys().map((key) => [key.variable, key]));
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined) continue;
    const key = keys.get(name);
    if (key !== undefined) put(tree, key, text);
    else
      faults.push({ where: name, what: "there is no such variable; they are named as QTALK_XMPP_DOMAIN is" });
  }
}

function overrideByFlags(tree: Tree, flags: Sources["flags"]): void {
  for (const key of configKeys()) {
    const text = flags[key.path];
    if (text !== undefined) put(tree, key, text);
  }
}

/** A section that isn't one in the file stays so: its own check tells. */
function put(tree: Tree, key: ConfigKey, text: string): void {
  const parts = key.path.split(".");
  const last = parts.pop() ?? "";
  let section = tree;
  for (const part of parts) {
    const inner = (section[part] ??= {});
    if (!isTree(inner)) return;
    section = inner;
  }
  section[last] = valueOf(key, text);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
