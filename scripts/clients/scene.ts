/** What a scene is: a short story about one user with a client, and programs that call the component. */
import type { Converse } from "./converse.js";
import type { Person, Stage } from "./stage.js";

export interface Performance {
  readonly stage: Stage;
  /** Nobody is logged in yet. */
  readonly client: Converse;
  /** Takes a picture of the screen, for this file of the guide. */
  readonly shot: (file: string) => Promise<void>;
}

export interface Scene {
  /** What is to be seen, as the end of a sentence that begins with "shows". */
  readonly title: string;
  readonly play: (performance: Performance) => Promise<void>;
}

/** People who know each other: lisi sits in front of the client, programs speak in the others' names. */
export async function cast(stage: Stage): Promise<Record<"lisi" | "zhangsan" | "wangwu", Person>> {
  const lisi = await stage.person("lisi", "李四");
  const zhangsan = await stage.person("zhangsan", "张三");
  const wangwu = await stage.person("wangwu", "王五");
  await stage.acquaint(lisi, zhangsan, wangwu);
  return { lisi, zhangsan, wangwu };
}

/** Fails unless exactly so many invitations are seen, once something that was sent later is. */
export async function expectInvitations(
  { stage, client }: Performance,
  count: number,
  later: { from: Person; to: Person },
): Promise<void> {
  await stage.send(later.from, later.to, "Have you seen it?");
  await client.notices(later.from);
  const seen = await client.invitations();
  if (seen !== count) throw new Error(`${seen} invitations are seen, not ${count}`);
}
