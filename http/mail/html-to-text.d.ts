/** Types of the parts of html-to-text 10.0.1 in use; the package has none. */
declare module "html-to-text" {
  export interface Options {
    readonly wordwrap: false;
    readonly limits: {
      readonly maxInputLength: number;
      readonly maxDepth: number;
      readonly maxChildNodes: number;
      readonly ellipsis: string;
    };
    readonly selectors: readonly {
      readonly selector: string;
      readonly format?: string;
      readonly options?: Readonly<Record<string, unknown>>;
    }[];
  }
  export function compile(options: Options): (html: string) => string;
}
