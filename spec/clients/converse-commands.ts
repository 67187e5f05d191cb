/** Converse.js' ad-hoc commands (XEP-0050): a tab of its settings. */
import type { Locator, Page } from "playwright-core";

const FIELDS = "fieldset:has([name=command_node]) :is(input, textarea, select):visible";

export class ConverseCommands {
  /** @param page the one that is open */
  constructor(readonly page: () => Page) {}

  /** Shows a service's commands. @param names the first ones', in their order */
  async list(service: string, names: readonly string[]): Promise<void> {
    await this.page().locator(".show-client-info").first().click();
    await this.page().locator("#commands-tab").click();
    const address = this.#all("input[name=jid]");
    await address.fill(service);
    await address.press("Tab");
    await this.#all("input[type=submit]").first().click();
    for (const name of names) await this.#command(name).waitFor();
  }

  /** Begins one of them, by its name; waits for its first form. */
  async begin(name: string): Promise<void> {
    const node = (await this.#command(name).getAttribute("data-command-node")) ?? "";
    await this.#command(name).click();
    // Until then, the form of an earlier command may be there.
    await this.#all(`input[name=command_node][value="${node}"]`).waitFor({ state: "attached" });
    await this.#all("input[data-action]").first().waitFor();
  }

  /** Fills the form in, its fields in order, where "" leaves one as it is, and continues by its last button. */
  async submit(...values: readonly string[]): Promise<void> {
    for (const [index, value] of values.entries()) {
      if (value !== "") await this.#all(FIELDS).nth(index).fill(value);
    }
    await this.#all("input[data-action]").last().click();
  }

  /** Waits for a text in what follows. */
  async shows(text: string): Promise<void> {
    await this.#all("*").filter({ hasText: text }).last().waitFor();
    await this.#all("*").filter({ hasText: text }).last().scrollIntoViewIfNeeded();
  }

  #command(name: string): Locator {
    return this.#all(`a[data-command-name="${name}"]`);
  }

  #all(selector: string): Locator {
    return this.page().locator(`converse-adhoc-commands ${selector}`);
  }
}
