/** Makes a dump such as pg_dump makes of the original's database: any size, realistic shape, the same each time. */
import { closeSync, openSync, writeSync } from "node:fs";

export interface DumpSize {
  readonly users: number;
  readonly rooms: number;
  /** Rows of muc_room_users: spread so that a few rooms are large and most are small. */
  readonly members: number;
}

export const DUMP_HOST = "qtalk";
export const DUMP_DOMAIN = "conference.qtalk";
const SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗";
const GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英";

class Writer {
  readonly #file: number;
  #buffer: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  line(text: string): void {
    this.#buffer.push(text, "\n");
    this.#size += text.length;
    if (this.#size > 1024 * 1024) this.#flush();
  }

  /** A table's COPY block. */
  copy(table: string, columns: string, rows: Iterable<readonly (string | number | null)[]>): void {
    this.line("--");
    this.line(`-- Data for Name: ${table}; Type: TABLE DATA; Schema: public; Owner: ejabberd`);
    this.line("--");
    this.line("");
    this.line(`COPY public.${table} (${columns}) FROM stdin;`);
    for (const row of rows) this.line(row.map(cell).join("\t"));
    this.line("\\.");
    this.line("");
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#buffer.join(""));
    this.#buffer = [];
    this.#size = 0;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" };

function cell(value: string | number | null): string {
  return value === null ? "\\N" : String(value).replace(/[\\\n\t\r]/g, (mark) => ESCAPES[mark] ?? mark);
}

/** Numbers that look random and are the same each time (a linear congruence modulo 2^32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function writeDump(path: string, { users, rooms, members }: DumpSize): void {
  const out = new Writer(path);
  const draw = random(1);
  out.line("--\n-- PostgreSQL database dump\n--\n");
  out.line("SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n");
  out.copy("host_info", "id, host, description, create_time, host_type, host_admin", [
    [1, DUMP_HOST, "公司\t总部", "2018-01-01 00:00:00+08", 0, null],
  ]);
  out.copy(
    "host_users",
    "id, host_id, user_id, user_name, department, tel, email, dep1, dep2, dep3, dep4, dep5, pinyin, frozen_flag, version, user_type, hire_flag, gender, password, initialpwd, pwd_salt, ps_deptid",
    userRows(users, draw),
  );
  out.copy("muc_room", "name, host, opts, created_at", roomRows(rooms, users));
  out.copy(
    "muc_room_users",
    "muc_name, username, host, subscribe_flag, id, date, login_date, domain, update_time",
    memberRows(members, rooms, users, draw),
  );
  out.copy(
    "muc_vcard_info",
    "muc_name, show_name, muc_desc, muc_title, muc_pic, show_name_pinyin, update_time, version",
    cardRows(rooms),
  );
  out.copy(
    "vcard_version",
    "username, version, url, uin, id, profile_version, mood, gender, host",
    avatarRows(users),
  );
  out.line("--\n-- PostgreSQL database dump complete\n--");
  out.close();
}

function* userRows(count: number, draw: () => number): Generator<(string | number | null)[]> {
  for (let i = 0; i < count; i += 1) {
    const pick = (from: string): string => from.charAt(Math.floor(draw() * from.length));
    const name = pick(SURNAMES) + pick(GIVEN) + (i % 3 === 0 ? "" : pick(GIVEN));
    const department = `/公司/部门${i % 40}/小组${i % 400}`;
    yield [
      ...[i + 1, 1, `user${i}`, name, department, null, `user${i}@example.org`, "公司", `部门${i % 40}`],
      ...[null, null, null, null, 0, i, "U", i % 20 === 0 ? 0 : 1, i % 2, "secret", null, null, null],
    ];
  }
}

function* roomRows(count: number, users: number): Generator<(string | number | null)[]> {
  for (let i = 0; i < count; i += 1)
    yield [roomName(i), DUMP_DOMAIN, optsOf(i, users), "2020-09-02 17:55:44.010197"];
}

/** As the original printed them. */
function optsOf(i: number, users: number): string {
  const flags =
    "{allow_change_subj,true},{allow_query_users,true},{allow_private_messages,false},{allow_private_messages_from_visitors,anyone},{allow_visitor_status,true},{allow_visitor_nickchange,true},{public,false},{public_list,false},{persistent,true},{moderated,true},{members_by_default,true},{members_only,false},{allow_user_invites,true},{password_protected,false},{captcha_protected,false},{password,<<>>},{anonymous,true},{logging,true},{max_users,600},{allow_voice_requests,true},{mam,false},{voice_request_min_interval,1800},{vcard,<<>>},{captcha_whitelist,[]}";
  const owner = `{{<<"user${i % users}">>,<<"${DUMP_HOST}">>,<<>>},{owner,<<>>}}`;
  return `[{title,<<>>},{description,<<>>},${flags},{affiliations,[${owner}]},{subject,<<>>},{subject_author,<<>>},{subscribers,[]}]`;
}

function* memberRows(
  count: number,
  rooms: number,
  users: number,
  draw: () => number,
): Generator<(string | number | null)[]> {
  for (let i = 0; i < count; i += 1) {
    // The square draws most members into few rooms.
    const room = Math.floor(draw() ** 2 * rooms);
    const user = Math.floor(draw() * users);
    yield [
      roomName(room),
      `user${user}`,
      DUMP_HOST,
      "1",
      i + 1,
      0,
      1599040546,
      DUMP_DOMAIN,
      "2020-09-02 17:55:46.351104+08",
    ];
  }
}

function* cardRows(count: number): Generator<(string | number | null)[]> {
  for (let i = 0; i < count; i += 1) {
    const pinyin = "xiangmu|xm";
    yield [
      `${roomName(i)}@${DUMP_DOMAIN}`,
      `项目${i}讨论组`,
      "群公告\n第二行",
      null,
      "/file/v2/download/a.png",
      pinyin,
      "2020-09-02 18:25:24.389083+08",
      5,
    ];
  }
}

function* avatarRows(count: number): Generator<(string | number | null)[]> {
  for (let i = 0; i < count; i += 1) {
    yield [`user${i}`, 1, `file/v2/download/${i}.jpg?name=${i}.jpg`, null, i + 1, 1, "心情\\", 1, DUMP_HOST];
  }
}

/** The id of the ith room. */
export function roomName(i: number): string {
  return `${(i * 2654435761).toString(16).padStart(16, "0")}${i.toString(16).padStart(16, "0")}`;
}
