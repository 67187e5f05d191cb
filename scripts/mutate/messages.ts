/** What the process that runs the tests and the one that tells it which say to each other. */

/** What instrumented files ask, with their names: whether the change of this number is the one that is tried. */
export const SWITCH = Symbol.for("qtalk-component.mutate");

/** One change, or where one is asked for: a file's path and the change's number in it. */
export interface Place {
  readonly file: string;
  readonly number: number;
}

/** The first that the tests' process is told. */
export interface Start {
  /** Instrumented JavaScript, by its URL. */
  readonly sources: Readonly<Record<string, string>>;
  /** Compiled test files. */
  readonly specs: readonly string[];
  /** Tried from the beginning, where a file asks for it when it is loaded. */
  readonly change?: Place;
}

export type Limits = Readonly<Record<string, { readonly ms: number; readonly limit: number }>>;

export interface Run {
  /** Full titles; absent: all. */
  readonly titles?: readonly string[];
  readonly change?: Place;
  /** Whether the change is there when the files are loaded; else only while the tests run. */
  readonly isFromStart?: boolean;
  /** How long each test takes, and may take, by its title; milliseconds. */
  readonly limits?: Limits;
}

export interface TestSeen {
  readonly title: string;
  /** The compiled test file. */
  readonly spec: string;
  readonly ms: number;
  /** Where it asked for changes. */
  readonly asked: readonly Place[];
}

export interface Failed {
  readonly title: string;
  readonly why: string;
  /** Whether it was too slow by itself: a busy machine may be why. */
  readonly isLate: boolean;
  /** Whether the process may hold something of it that disturbs what comes next. */
  readonly leavesTraces: boolean;
}

export type Told =
  | { readonly kind: "loaded"; /** Where it asked meanwhile. */ readonly asked: readonly Place[] }
  | { readonly kind: "test"; readonly title: string }
  | { readonly kind: "ended"; readonly tests: readonly TestSeen[]; readonly failed: readonly Failed[] };
