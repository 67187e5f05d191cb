/** Loads the configuration: flags override the environment, which overrides the YAML file. */
import { parseDocument } from "yaml";
import { ExitCode, Failure } from "../failure.js";
import { readInput } from "../inherited-files.js";
import { parseSections } from "./config.js";
import type { Fault } from "./faults.js";
import { configKeys, PREFIX, keyValueOf, type ConfigKey } from "./keys.js";
import { whyUnreadable } from "../file-access.js";
import { yamlFault } from "./yaml-fault.js";
import { SECTION_NAMES, type Config, type SectionName } from "./sections.js";
import { ownProperty } from "../../component/own-property.js";

export const DEFAULT_FILE = "/etc/qtalk-component.yml";

/** Variables that Kubernetes sets for a service whose name begins with "qtalk", such as QTALK_SERVICE_HOST. */
const OF_KUBERNETES =
  /^QTALK_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?)$/;

export interface Sources {
  /** The path that --config names; absent: the default file, if it exists. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The texts of the flags by key, such as `xmpp.domain`. */
  readonly flags: Readonly<Record<string, string>>;
}

type Tree = Record<string, unknown>;

/** Loads and validates all sections; throws as loadSections() does. */
export function loadConfig(sources: Sources): Config {
  return loadSections(sources, SECTION_NAMES);
}

/**
 * Loads and validates the named sections; errors in other sections are ignored.
 * @throws ConfigFaults if a named section is invalid
 * @throws Failure if the file can't be read or isn't YAML
 */
export function loadSections<K extends SectionName>(sources: Sources, names: readonly K[]): Pick<Config, K> {
  const fromFile = treeOf(sources.file);
  const tree = fromFile ?? {};
  const faults: Fault[] = [];
  override(tree, sources, faults);
  const missing = fromFile === undefined ? " doesn't exist" : "";
  return parseSections(tree, names, `the configuration (${sources.file ?? DEFAULT_FILE}${missing})`, faults);
}

/** Returns a warning about variables of the environment that are ignored, as Kubernetes sets them. */
export function ignoredVariables({ env }: Pick<Sources, "env">): string | undefined {
  const ignored = Object.keys(env).filter((name) => OF_KUBERNETES.test(name));
  if (ignored.length === 0) return undefined;
  return (
    `${ignored.sort().join(", ")}: ignored, as Kubernetes sets such variables for a service. To get rid of them, ` +
    "set enableServiceLinks: false in the pod."
  );
}

/** Returns the paths of the files that the component reads at its start: the configuration, and those that it names. */
export function filesOf(sources: Sources): string[] {
  const tree = treeOf(sources.file) ?? {};
  override(tree, sources, []);
  const { xmpp, smtp } = tree;
  const named = [
    ...(isTree(xmpp) ? [xmpp.password_file] : []),
    ...(isTree(smtp) ? [smtp.certificate, smtp.key] : []),
  ];
  return [sources.file ?? DEFAULT_FILE, ...named.filter((path) => typeof path === "string")];
}

/** Returns whether the configuration file itself has the secret. */
export function hasPassword({ file }: Pick<Sources, "file">): boolean {
  const { xmpp } = treeOf(file) ?? {};
  return isTree(xmpp) && xmpp.password !== undefined;
}

/** Reads the file that --config names, otherwise the default file; undefined if there is no default file. */
function treeOf(asked: string | undefined): Tree | undefined {
  const file = asked ?? DEFAULT_FILE;
  let text: string;
  try {
    text = readInput(file).toString("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && asked === undefined) return undefined;
    const advice = code === "ENOENT" ? ": pass another with --config" : "";
    throw new Failure(
      `The configuration file ${file} ${whyUnreadable(file, code)}${advice}.`,
      ExitCode.noInput,
    );
  }
  return parsedTree(file, text);
}

function parsedTree(file: string, text: string): Tree {
  const document = parseDocument(text);
  const fault = yamlFault(document, text);
  if (fault !== undefined)
    throw new Failure(`The configuration file ${file} is not valid YAML: ${fault}.`, ExitCode.config);
  let tree: unknown;
  try {
    tree = document.toJS() ?? {};
  } catch {
    // Aliases of aliases would fill the memory.
    throw new Failure(
      `The configuration file ${file} has too many aliases (*name for &name): write out what they stand for.`,
      ExitCode.config,
    );
  }
  if (isTree(tree)) return tree;
  throw new Failure(
    `The configuration file ${file} has no sections: write lines such as "xmpp:" with indented keys below them.`,
    ExitCode.config,
  );
}

function override(tree: Tree, { env, flags }: Sources, faults: Fault[]): void {
  const keys = configKeys();
  for (const key of keys) {
    for (const text of [ownProperty(env, key.variable), ownProperty(flags, key.path)])
      if (text !== undefined) put(tree, key, text);
  }
  const what =
    "is not a variable of the configuration; names are QTALK_SECTION_KEY, such as QTALK_XMPP_DOMAIN";
  for (const [where, text] of Object.entries(env)) {
    const isOurs = where.startsWith(PREFIX) && text !== undefined && !OF_KUBERNETES.test(where);
    if (isOurs && !keys.some(({ variable }) => variable === where)) faults.push({ where, what });
  }
}

/** Sets a key's value. If its section is a scalar, the section's schema reports the error. */
function put(tree: Tree, key: ConfigKey, text: string): void {
  const parts = key.path.split(".");
  const last = parts.pop() ?? "";
  let section = tree;
  for (const part of parts) {
    const inner = ownProperty(section, part) ?? {};
    if (!isTree(inner)) return;
    Object.assign(section, { [part]: inner });
    section = inner;
  }
  Object.assign(section, { [last]: keyValueOf(key, text) });
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
