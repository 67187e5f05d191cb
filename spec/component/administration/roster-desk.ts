/** An administrator's desk with the roster "ops", at a time that stands still. */
import { mock } from "node:test";
import { DutyStore } from "../../../storage/duty-store.js";
import { Desk } from "./desk.js";

export const [HAG, CRONE, WICCA] = ["hag66", "crone1", "wiccarocks"].map(
  (name) => `${name}@qtalk.test.org`,
) as [string, string, string];
/** A Monday, 10:30 in Berlin. */
export const NOW = Date.parse("2026-12-07T09:30:00Z");
export const at = (text: string): number => Date.parse(`${text}:00Z`);
export const WEEKS = {
  people: [HAG, CRONE],
  every: "week",
  from: "2026-12-07 09:00",
  zone: "Europe/Berlin",
};

type Result = Readonly<Record<string, unknown>>;

export class RosterDesk {
  readonly store: DutyStore;

  private constructor(readonly desk: Desk) {
    this.store = new DutyStore(desk.play.db);
  }

  static async open(): Promise<RosterDesk> {
    mock.method(Date, "now", () => NOW);
    return new RosterDesk(await Desk.open());
  }

  set(given: object): Promise<Result> {
    return this.desk.operates("duty set", { name: "ops", ...given });
  }

  show(): Promise<Result> {
    return this.desk.operates("duty show", { name: "ops" });
  }

  async refusal(name: string, given: object): Promise<unknown> {
    return (await this.desk.operates(name, { name: "ops", ...given })).refused;
  }

  close(): void {
    this.desk.close();
    mock.restoreAll();
  }
}
