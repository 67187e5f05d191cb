/** Compiles changed files without writing them anywhere near the developer's `dist`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

/** Reads the options in a folder's tsconfig.json. */
function optionsIn(folder: string): ts.CompilerOptions {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(resolve(folder, "tsconfig.json"), {}, host);
  if (parsed === undefined) throw new Error(`${folder}/tsconfig.json can't be read`);
  return { ...parsed.options, incremental: false, sourceMap: false };
}

export class Compiler {
  /** The files that were asked about, with their present content. */
  readonly #files = new Map<string, { readonly version: number; readonly text: string }>();
  readonly #service: ts.LanguageService;

  /** @param folder where tsconfig.json is */
  constructor(folder: string) {
    const options = optionsIn(folder);
    const textOf = (path: string): string | undefined => this.#files.get(path)?.text ?? ts.sys.readFile(path);
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getCurrentDirectory: () => resolve("."),
      getScriptFileNames: () => [...this.#files.keys()],
      getScriptVersion: (path) => String(this.#files.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const text = textOf(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      fileExists: (path) => ts.sys.fileExists(path),
      readFile: (path) => ts.sys.readFile(path),
      readDirectory: (...given) => ts.sys.readDirectory(...given),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
  }

  /** Whether the compiler accepts a file with this text: a slip that it refuses can't reach anybody. */
  accepts(file: string, text: string): boolean {
    const path = resolve(file);
    this.#set(path, text);
    const faults = [
      ...this.#service.getSyntacticDiagnostics(path),
      ...this.#service.getSemanticDiagnostics(path),
    ];
    this.#set(path, readFileSync(path, "utf8"));
    return faults.length === 0;
  }

  /** Returns the JavaScript of a file with this text. */
  static compile(file: string, text: string): string {
    // Without the program, the compiler doesn't know that package.json makes all files ECMAScript modules.
    const compilerOptions = { ...optionsIn("."), module: ts.ModuleKind.ESNext };
    return ts.transpileModule(text, { compilerOptions, fileName: file }).outputText;
  }

  #set(path: string, text: string): void {
    this.#files.set(path, { version: (this.#files.get(path)?.version ?? 0) + 1, text });
  }
}
