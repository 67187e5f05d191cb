/** Names that every ordinary object inherits: foreign text must not find what is behind them. */
export const INHERITED: readonly string[] = Object.getOwnPropertyNames(Object.prototype);
