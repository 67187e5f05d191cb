/**
 * Types for the used part of @xmpp/client 0.14, a package without types. Its elements can be read like the component's,
 * but neither kind of element can contain the other.
 */
declare module "@xmpp/client" {
  import type { EventEmitter } from "node:events";
  import type { Socket } from "node:net";

  type Attributes = Record<string, string | undefined>;
  type Node = Element | string;

  export interface Element {
    name: string;
    attrs: Record<string, string | undefined>;
    children: Node[];
    parent: Element | null;
    is(name: string, xmlns?: string): boolean;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildElements(): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    getText(): string;
    append(...nodes: Node[]): Element;
    toString(): string;
  }

  export function xml(name: string, attrs?: Attributes, ...children: (Node | undefined)[]): Element;

  interface ClientEntity extends EventEmitter {
    status: string;
    socket: Socket | null;
    reconnect: { stop(): void };
    start(): Promise<{ toString(): string }>;
    stop(): Promise<unknown>;
    send(element: Element): Promise<void>;
    write(text: string): Promise<void>;
  }

  export function client(options: {
    service: string;
    domain: string;
    credentials: (
      authenticate: (credentials: { username: string; password: string }, mechanism: string) => Promise<void>,
    ) => Promise<void>;
    resource?: string;
  }): ClientEntity;
}
