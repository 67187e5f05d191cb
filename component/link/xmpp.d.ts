/** Types of the parts of @xmpp/xml 0.13.3 and @xmpp/component 0.13.1 in use; the packages have none. */

declare module "@xmpp/xml" {
  type Attributes = Record<string, string | undefined>;
  type Node = Element | string;

  class Element {
    constructor(name: string, attrs?: Attributes);
    name: string;
    attrs: Record<string, string | undefined>;
    children: Node[];
    parent: Element | null;
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildElements(): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    getText(): string;
    append(...nodes: Node[]): void;
    toString(): string;
  }

  interface Xml {
    (
      name: string,
      attrs?: Attributes | string,
      ...children: (Node | undefined | (Node | undefined)[])[]
    ): Element;
    Element: typeof Element;
  }
  const xml: Xml;
  export default xml;
  export type { Element };
}

declare module "@xmpp/component" {
  import type { EventEmitter } from "node:events";
  import type { Socket } from "node:net";
  import type { Element } from "@xmpp/xml";

  interface ComponentEntity extends EventEmitter {
    timeout: number;
    socket: Socket | null;
    parser: { root: Element | null } | null;
    reconnect: { stop(): void };
    connect(service: string): Promise<unknown>;
    open(options: { domain: string; timeout: number }): Promise<unknown>;
    headerElement(): Element;
    _onData(data: Buffer | string): void;
    _onSeeOtherHost(error: Error): void;
  }

  export function component(options: { service: string; domain: string; password: string }): ComponentEntity;
}
