/** Arguments that name users. */
import { z } from "zod";
import type { AccountJid } from "../addresses/address.js";
import { badRequest, Refusal } from "../refusal.js";
import type { Context } from "./context.js";
import type { Meta } from "./fields.js";
import { naming, word } from "./operation.js";

/** How many users one request may name. */
const MAX_USERS = 1000;

/** An argument that names a user, of any host. */
export function user(en: string, zh: string, more: Meta = {}) {
  return naming(word(z.string(), en, zh, more), accountOf);
}

/** An argument that names users, without duplicates and empty texts. */
export function users(en: string, zh: string, placed: string) {
  return naming(word(z.array(z.string()), en, zh, { placed }), accountsOf);
}

function accountOf({ addresses }: Context, text: string, field: string): AccountJid | Refusal {
  return addresses.account(text.trim(), field);
}

function accountsOf(context: Context, texts: readonly string[], field: string): AccountJid[] | Refusal {
  const named = texts.filter((text) => text.trim() !== "");
  if (named.length === 0) return badRequest(`${field}: no user is given`);
  if (named.length > MAX_USERS)
    return badRequest(`${field}: ${named.length} users, more than the ${MAX_USERS} allowed`);
  const accounts = new Map<string, AccountJid>();
  for (const text of named) {
    const account = accountOf(context, text, field);
    if (account instanceof Refusal) return account;
    accounts.set(account.text, account);
  }
  return [...accounts.values()];
}

export const USER = user("user: id or id@host", "用户：id 或 id@域名", { placed: "zhangsan" });
