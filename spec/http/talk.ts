/** Stages of plays over HTTP: the interface alone, or a component behind it. spec/plays/README.md explains plays. */
import { expect } from "chai";
import { contract } from "../../http/contract.js";
import type { CallResult } from "../../http/endpoint.js";
import { CalledComponent, type CalledOptions } from "../support/called-component.js";
import { Interface, type InterfaceOptions } from "../support/interface.js";
import type { HttpStage } from "../plays/http-stage.js";
import type { RoomStage } from "../plays/rooms.js";
import { acts, declare, type Scenes, type Stage } from "../plays/steps.js";

/** Endpoints that do whatever they are asked to. */
export const DONE: NonNullable<InterfaceOptions["runs"]> = Object.fromEntries(
  contract.map(({ name }) => [name, () => ({ delivery: "confirmed", data: [] }) as const]),
);

/** Options of an interface whose send_thirdmessage runs until it is ended. */
export class RunningCall {
  end = (): void => undefined;
  #begin = (): void => undefined;
  /** Settles when the call runs. */
  readonly begun = new Promise<void>((resolve) => (this.#begin = resolve));
  readonly runs = {
    send_thirdmessage: () => {
      this.#begin();
      return new Promise<CallResult>((resolve) => (this.end = () => resolve({ delivery: "confirmed" })));
    },
  };
}

/** A component that is called over HTTP, with rooms. */
export type CallStage = HttpStage & RoomStage;

interface Plays<S extends Stage> {
  /** Declares a test for each scene, with an interface of its own. */
  readonly scenes: (scenes: Scenes<S>) => void;
}

/** Scenes with the interface alone, whose endpoints do nothing; it logs no errors. */
export function interfaceWith(options: InterfaceOptions = {}): Plays<HttpStage> {
  return plays(
    () => Interface.open({ runs: DONE, ...options }),
    (opened) => opened,
  );
}

/** Scenes with a component that serves two hosts, and the stanzas that it sends. */
export function componentWith(options: CalledOptions = {}): Plays<CallStage> {
  return plays(
    () => CalledComponent.open(options),
    ({ http }) => http,
  );
}

function plays<S extends Stage & { close(): Promise<void> }>(
  open: () => Promise<S>,
  interfaceOf: (opened: S) => Interface,
): Plays<S> {
  return {
    scenes: (scenes) => {
      declare<S>(scenes, async (steps) => {
        const opened = await open();
        await acts(opened, steps).finally(() => opened.close());
        expect(interfaceOf(opened).log.about("", "error")).to.deep.equal([]);
      });
    },
  };
}
