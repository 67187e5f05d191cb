/** Converse.js in a browser, logging in by WebSocket: what a user does with it, and waits to see. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import type { Account } from "../../scripts/lab/options.js";
import { ConverseCommands } from "./converse-commands.js";
import type { Web } from "./web.js";

/** What this client's browser gets from here comes from the web server on loopback. */
export const FILES = "https://files.example.org";
const INVITATION = "has invited you";
const WINDOW = { width: 1000, height: 560 };

/** A person or a room to chat with. */
export interface Chat {
  readonly kind: "person" | "room";
  readonly address: string;
  /** Its display name. */
  readonly name: string;
}

/** Where the servers' upload services keep files: Prosody's, and ejabberd's in scripts/lab. */
const UPLOADED = /^\/(?:file_share|upload)\//;

interface Sight {
  readonly text: string;
  /** Whose name stands beside it. */
  readonly by?: Chat;
  /** What isn't seen in the same message. */
  readonly without?: string;
}

export class Converse {
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  readonly commands = new ConverseCommands(() => this.#open);

  constructor(
    readonly browser: Browser,
    readonly web: Web,
    /** Where the server's WebSocket is: `ws://…`. */
    readonly webSocket: string,
  ) {}

  /** @param viewport the window's size @param scale device pixels a pixel */
  async logIn({ username, host, password }: Required<Account>, viewport = WINDOW, scale = 1): Promise<void> {
    this.#context = await this.browser.newContext({ viewport, locale: "en-GB", deviceScaleFactor: scale });
    const page = await this.#context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    // It would look for a list of public services, and for the domain's ways to connect.
    await page.route(
      ({ host, pathname }) => host !== new URL(this.web.url("/")).host && !UPLOADED.test(pathname),
      (route) => route.abort(),
    );
    await page.route(`${FILES}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: this.web.url(pathname) }) });
    });
    await page.goto(this.web.url("/"));
    const settings = {
      jid: `${username}@${host}`,
      password,
      auto_login: true,
      websocket_url: this.webSocket,
      discover_connection_methods: false,
      assets_path: "/dist/",
      view_mode: "fullscreen",
      disable_effects: true,
      allow_adhoc_commands: true,
      loglevel: "error",
      // Who enters and leaves; it would come and go in pictures.
      muc_show_info_messages: [],
      // Pictures of other people's addresses are shown here because they are all on loopback.
      render_media: true,
    };
    const start = `converse.initialize(${JSON.stringify(settings)})`;
    await Promise.all([presenceOf(page, settings.jid), page.evaluate(start)]);
    this.#page = page;
    await this.#find(".open-chat").first().waitFor();
  }

  async logOut(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  /** Brings a chat to the front. */
  async show(chat: Chat): Promise<void> {
    await this.#entry(chat).first().click();
    await this.#box(chat).locator("textarea").waitFor();
  }

  /** Waits for a message in the chat at the front. */
  async sees({ text, by, without }: Sight): Promise<void> {
    const messages = this.#find(".chat-msg:visible", text);
    const message = (without === undefined ? messages : messages.filter({ hasNotText: without })).last();
    await message.waitFor();
    if (by !== undefined) await message.locator(".chat-msg__author", { hasText: by.name }).waitFor();
  }

  /** Waits for this picture, and not just its address, in the chat at the front. */
  async seesPicture(url: string): Promise<void> {
    const picture = JSON.stringify(`.chat-msg img[src="${url}"]`);
    await this.#open.waitForFunction(`document.querySelector(${picture})?.naturalWidth > 0`);
  }

  /** Waits until an occupant is in the list of occupants of the room at the front. */
  async seesInside({ name }: Chat): Promise<void> {
    await this.#find(".occupant-list li", name).first().waitFor();
  }

  /** Waits until a message of a person is shown: as unread or, if the person's chat is at the front, with its text. */
  async notices(person: Chat, text: string): Promise<void> {
    const unread = this.#entry(person).and(this.#find(".unread-msgs"));
    await unread.or(this.#find(".chat-msg:visible", text)).first().waitFor();
  }

  async isInvited(room: Chat, by: Chat): Promise<void> {
    const dialog = this.#dialogs(INVITATION).filter({ hasText: room.address }).first();
    await dialog.waitFor();
    await dialog.filter({ hasText: by.name }).waitFor();
  }

  /** How many invitations wait for an answer. */
  async invitations(): Promise<number> {
    return await this.#dialogs(INVITATION).count();
  }

  async accept(room: Chat): Promise<void> {
    await this.#dialogs(INVITATION).first().locator("button[type=submit]").click();
    await this.#box(room).locator("textarea").waitFor();
  }

  async say(text: string): Promise<void> {
    const input = this.#find("textarea.chat-textarea:visible");
    await input.fill(text);
    await input.press("Enter");
  }

  /** Empties the chat at the front, so that what comes begins at the top of the screen. */
  async clear(): Promise<void> {
    await this.say("/clear");
    await this.#dialogs("clear").locator("button[type=submit]").click();
    await this.#find(".chat-msg:visible").first().waitFor({ state: "detached" });
  }

  /** Reacts to the latest message with this text. */
  async reacts(text: string, emoji: string): Promise<void> {
    const message = this.#find(".chat-msg:visible", text).last();
    const buttons = ["converse-message-actions .dropdown-toggle", ".chat-msg__action-reaction"];
    // The menus follow the pointer; so these clicks have none.
    for (const button of [...buttons, ".reaction-item.more"])
      await message.locator(button).first().dispatchEvent("click");
    await message.locator(".insert-emoji a", { hasText: emoji }).first().dispatchEvent("click");
    await message.locator(".chat-msg__reaction", { hasText: emoji }).waitFor();
  }

  /** Takes the reaction to the latest message with this text, and with the reaction, back. */
  async takesBack(text: string, emoji: string): Promise<void> {
    const own = this.#find(".chat-msg:visible", text).locator(".chat-msg__reaction.reacted");
    await own.filter({ hasText: emoji }).last().dispatchEvent("click");
  }

  async seesRemoval(room: Chat): Promise<void> {
    await this.#box(room).locator(".disconnect-msg", { hasText: "removed" }).first().waitFor();
  }

  /** Puts a chat away. */
  async dismiss(chat: Chat): Promise<void> {
    await this.#find(`.close-room[data-room-jid="${chat.address}"]`).click();
    await this.#dialogs("Are you sure you want to leave").locator("button[type=submit]").click();
    await this.#entry(chat).waitFor({ state: "detached" });
  }

  /** @param height the window's, from now on */
  async screenshot(path: string, height?: number): Promise<void> {
    const size = this.#open.viewportSize();
    if (size !== null && height !== undefined) await this.#open.setViewportSize({ ...size, height });
    await this.#open.screenshot({ path, animations: "disabled" });
  }

  get #open(): Page {
    if (this.#page === undefined) throw new Error("nobody is logged in");
    return this.#page;
  }

  #find(selector: string, text?: string): Locator {
    return this.#open.locator(selector, text === undefined ? {} : { hasText: text });
  }

  /** In the lists at the side; people with something unread stand there twice. */
  #entry({ kind, address }: Chat): Locator {
    return this.#find(
      kind === "room" ? `.open-room[data-room-jid="${address}"]` : `.open-chat[data-jid="${address}"]`,
    );
  }

  #box({ kind, address }: Chat): Locator {
    return this.#find(kind === "room" ? `converse-muc[jid="${address}"]` : `converse-chat[jid="${address}"]`);
  }

  #dialogs(text: string): Locator {
    return this.#find("form.confirm:visible", text);
  }
}

/** Waits for the user's own presence from the server: earlier messages would wait for the next login. */
async function presenceOf(page: Page, jid: string): Promise<void> {
  const own = new RegExp(`^<presence[^>]* from=['"]${jid.replaceAll(".", "\\.")}/`);
  const socket = await page.waitForEvent("websocket");
  await socket.waitForEvent("framereceived", ({ payload }) => own.test(String(payload)));
}
