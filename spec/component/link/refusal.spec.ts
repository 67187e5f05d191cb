/** What is said about a server that refuses the component: the reason, and the lines that each server needs. */
import { expect } from "chai";
import {
  serviceAddressOf,
  refusalLine,
  linkRefusalOf,
  refusingHost,
  sendingRefusal,
  sharedDomain,
  unservedHost,
  type LinkRefusal,
} from "../../../component/link/refusal.js";
import {
  inOneLine,
  otherDomain,
  permission,
  remediesFor,
  sendingTodo,
  wholeComponent,
  type KnownServer,
  type Todo,
} from "../../../component/link/server-lines.js";
import type { StreamEnd } from "../../../component/link/stream-end.js";

const WANTED = { service: "xmpp://127.0.0.1:5347", domain: "chat.x.test" };
const SECRET = '"the secret"';

const ended = (condition: string, server?: KnownServer, isForClients = false): StreamEnd => ({
  ...{ cause: "stream-error", condition, text: condition },
  ...(server && { peer: { server, isForClients } }),
});
/** Advice as a page: sentences, and the lines for a server's file. */
const page = (todo: Todo, server: KnownServer): string[] =>
  todo.flatMap((item) => {
    if (typeof item === "string") return [item];
    if (server === "another") return [item.another ?? "nothing"];
    return remediesFor(item, server).flatMap(({ file, where, lines }) => [`${file}, ${where}:`, ...lines]);
  });
const adviceOn = (refusal: LinkRefusal | undefined, server: KnownServer): string[] =>
  page(refusal?.todo ?? [], server);

describe("A server's refusal", () => {
  it("of an unknown component says how to add it, on each server", () => {
    const refusal = linkRefusalOf(ended("host-unknown"), WANTED);
    expect(refusal?.text).to.equal("the server doesn't know the component chat.x.test");
    const [correct, rooms] = [
      "If the server has the component under another domain, correct xmpp.domain. Otherwise add the component:",
      "If the server's own rooms have the domain chat.x.test, give the component another domain (xmpp.domain), such as groups.x.test.",
    ];
    expect(adviceOn(refusal, "ejabberd")).to.deep.equal([
      correct,
      "ejabberd.yml, under listen:",
      "- port: 5347",
      '  ip: "127.0.0.1"',
      "  module: ejabberd_service",
      "  global_routes: false",
      "  hosts:",
      "    chat.x.test:",
      `      password: ${SECRET}`,
      rooms,
    ]);
    expect(adviceOn(refusal, "prosody")).to.deep.equal([
      correct,
      "prosody.cfg.lua, above the first VirtualHost:",
      "component_ports = { 5347 }",
      "prosody.cfg.lua, at the end of the file:",
      'Component "chat.x.test"',
      `  component_secret = ${SECRET}`,
      '  component_conflict_resolve = "kick_old"',
      rooms,
    ]);
    expect(adviceOn(refusal, "another")[1]).to.equal(
      "the component chat.x.test, with its secret, on port 5347, as the server's manual describes",
    );
    const [listener] = wholeComponent(5348, "c.x", "localhost");
    expect(listener?.ejabberd?.lines.slice(0, 2)).to.deep.equal(["- port: 5348", '  ip: "127.0.0.1"']);
    expect(wholeComponent(1, "c.x", "10.0.0.1")[0]?.ejabberd?.lines[1]).to.equal('  ip: "10.0.0.1"');
  });

  it("of a wrong secret says so for certain only on Prosody", () => {
    const prosody = linkRefusalOf(ended("not-authorized", "prosody"), WANTED);
    expect(prosody?.text).to.equal(
      "the server refuses chat.x.test: the component's secret isn't the server's",
    );
    expect(adviceOn(prosody, "prosody")).to.deep.equal([
      "Correct xmpp.password, or the file that xmpp.password_file names, or the secret on the server:",
      'prosody.cfg.lua, under Component "chat.x.test":',
      `component_secret = ${SECRET}`,
    ]);
    const ejabberd = linkRefusalOf(ended("not-authorized", "ejabberd"), WANTED);
    expect(ejabberd?.text).to.match(/, or the server has no such component$/);
    expect(adviceOn(ejabberd, "ejabberd")).to.deep.equal([
      "ejabberd gives the same answer for a wrong secret and for an unknown domain. Compare the secret (xmpp.password or xmpp.password_file) and xmpp.domain with the server's configuration.",
      "If the server's own rooms have the domain chat.x.test, give the component another domain (xmpp.domain), such as groups.x.test.",
      "Otherwise correct them, or the lines on the server:",
      "ejabberd.yml, under listen, in the ejabberd_service entry of this component, under hosts:",
      `chat.x.test: {password: ${SECRET}}`,
    ]);
    const other = adviceOn(linkRefusalOf(ended("not-authorized"), WANTED), "another");
    expect(other[0]).to.match(/^Servers may give the same answer/);
    expect(other.at(-1)).to.equal("the domain chat.x.test and its secret, as the server's manual describes");
  });

  it("because of another connection says how Prosody replaces a dead one", () => {
    const stop = "If it is a second instance or another program, stop it.";
    expect(linkRefusalOf(ended("conflict"), WANTED)?.text).to.equal("another connection serves chat.x.test");
    expect(adviceOn(linkRefusalOf(ended("conflict", "ejabberd"), WANTED), "ejabberd")).to.deep.equal([stop]);
    expect(adviceOn(linkRefusalOf(ended("conflict", "prosody"), WANTED), "prosody")).to.deep.equal([
      stop,
      "If it is a dead connection, this line lets a new connection replace it:",
      'prosody.cfg.lua, under Component "chat.x.test":',
      'component_conflict_resolve = "kick_old"',
    ]);
  });

  it("because a newer connection has replaced it doesn't advise what let that one do so", () => {
    const replaced = linkRefusalOf({ ...ended("conflict", "prosody"), wasOpen: true }, WANTED);
    expect(replaced?.text).to.equal("another connection for chat.x.test has replaced this one");
    expect(adviceOn(replaced, "prosody").join())
      .to.match(/^A second instance.*stop it/)
      .and.not.contain("kick_old");
  });

  it("at the port for clients says which port is wanted, whatever the condition", () => {
    const refusal = linkRefusalOf(ended("host-unknown", "ejabberd", true), {
      service: "xmpp://[::1]:5222",
      domain: "chat.x.test",
    });
    expect(refusal?.text).to.equal("xmpp://[::1]:5222 is the server's port for clients");
    const advice = adviceOn(refusal, "ejabberd");
    expect(advice[0]).to.match(/^Correct xmpp\.service: /);
    expect(advice.slice(2, 4)).to.deep.equal(["- port: 5347", '  ip: "::1"']);
  });

  it("isn't one if the reason may pass", () => {
    for (const end of [ended("system-shutdown", "prosody"), { cause: "closed", text: "" } as const])
      expect(linkRefusalOf(end, WANTED), end.text).to.equal(undefined);
  });

  it("of users' addresses names the ways that each server has", () => {
    const permit = permission("chat.x.test", "x.test");
    expect(linkRefusalOf(ended("invalid-from", "prosody"), WANTED)).to.deep.equal(
      sendingRefusal("chat.x.test", "prosody"),
    );
    expect(sendingRefusal("chat.x.test", "prosody").text).to.equal(
      "the server doesn't let chat.x.test send as its users",
    );
    const todo = (server: KnownServer | undefined, isPermissionWanted?: boolean): string[] =>
      page(
        sendingTodo({
          domain: "chat.x.test",
          host: "x.test",
          server,
          ...(isPermissionWanted && { isPermissionWanted }),
        }),
        server ?? "ejabberd",
      );
    expect(todo("another")).to.deep.equal([
      "Check whether the server can let a component send in its users' names. If it can't, as jabberd2, set xmpp.send_as_users to never: rooms, hooks and bots work, and calls in users' names are refused.",
    ]);
    const off = [
      "ejabberd.yml, under listen, in the ejabberd_service entry of this component:",
      "check_from: false",
    ];
    expect(todo("ejabberd")).to.deep.equal(["Turn off the check of senders for this component:", ...off]);
    expect(todo(undefined)).to.deep.equal(todo("ejabberd"));
    const auto = "Set xmpp.send_as_users to auto, and turn off the check of senders for this component:";
    expect(todo(undefined, true)).to.deep.equal([auto, ...off]);
    const wanted = todo("ejabberd", true);
    expect(wanted.slice(0, 3)).to.deep.equal([auto, ...off]);
    expect(wanted[3]).to.match(/^Or permit it \(XEP-0356\)\. mod_privilege drops/);
    expect(wanted.slice(5)).to.deep.equal(permit.ejabberd?.lines);
    const prosody = todo("prosody");
    expect(prosody.slice(0, 2)).to.deep.equal([
      "Permit it (XEP-0356). mod_privilege is a community module (Debian's package prosody-modules):",
      "prosody.cfg.lua, in addition to the present lines:",
    ]);
    expect(prosody.slice(-3)).to.deep.equal([
      "Or, without that module, this line instead of those:",
      'prosody.cfg.lua, under Component "chat.x.test":',
      "validate_from_addresses = false",
    ]);
    expect(todo("prosody", true)).to.deep.equal(prosody.slice(0, -3));
  });

  it("is permitted by these lines", () => {
    const { ejabberd, prosody } = permission("chat.x.test", "x.test");
    expect(ejabberd?.lines.join("\n")).to.equal(`acl:
  groups:
    server: chat.x.test
access_rules:
  groups:
    allow: groups
modules:
  mod_privilege:
    message:
      outgoing: groups`);
    expect(prosody?.lines.filter((_, index) => index !== 1).join("\n")).to.equal(`VirtualHost "x.test"
  privileged_entities = { ["chat.x.test"] = { message = "outgoing" } }
Component "chat.x.test"
  modules_enabled = { "privilege" }`);
    expect(prosody?.lines[1]).to.match(/^ {2}modules_enabled = \{ "privilege" \} {2}-- /);
  });

  it("of a shared domain, a host or its requests says what to change", () => {
    const rooms = sharedDomain("groups.x.test", "rooms");
    expect(rooms.text).to.contain("the server's own rooms have the domain groups.x.test, too");
    expect(adviceOn(rooms, "ejabberd")).to.deep.equal([
      "Give the component another domain (xmpp.domain), such as qtalk.x.test. Or give the rooms another domain:",
      "ejabberd.yml, under modules:",
      'mod_muc: {hosts: ["rooms.@HOST@"]}',
    ]);
    const other = sharedDomain("chat.x.test", "another");
    expect(other.text).to.contain("another connection serves chat.x.test, too");
    expect(adviceOn(other, "ejabberd").at(-1)).to.equal("global_routes: false");
    const unserved = unservedHost("y.test", "remote-server-not-found");
    expect(unserved.text).to.equal("the server doesn't serve y.test (remote-server-not-found)");
    expect(adviceOn(unserved, "ejabberd").slice(1)).to.deep.equal(["ejabberd.yml, under hosts:", "- y.test"]);
    expect(adviceOn(unserved, "prosody").slice(1)).to.deep.equal([
      "prosody.cfg.lua, at the end of the file:",
      'VirtualHost "y.test"',
    ]);
    expect(refusingHost("y.test", "forbidden").text).to.contain(
      "y.test refuses the component's requests (forbidden)",
    );
    expect(["a.x.test", "groups.x.test", "localhost"].map(otherDomain)).to.deep.equal([
      "groups.x.test",
      "qtalk.x.test",
      "groups.localhost",
    ]);
  });

  it("is one line in the log, which names doctor for several lines, once", () => {
    const line = (condition: string, server?: KnownServer): string =>
      refusalLine(linkRefusalOf(ended(condition, server), WANTED)!, server);
    expect(line("invalid-from", "ejabberd")).to.equal(
      "The server doesn't let chat.x.test send as its users. Turn off the check of senders for this component: " +
        "in ejabberd.yml, under listen, in the ejabberd_service entry of this component: check_from: false.",
    );
    expect(line("host-unknown", "prosody")).to.contain(
      'in prosody.cfg.lua, above the first VirtualHost: component_ports = { 5347 }. Run "qtalk-component doctor" for the lines.',
    );
    const both = line("invalid-from");
    expect(both).to.contain("in ejabberd.yml").and.contain("in prosody.cfg.lua");
    expect(inOneLine([permission("c", "h"), permission("c", "h")], undefined)).to.equal(
      'Run "qtalk-component doctor" for the lines.',
    );
    expect(inOneLine([{ another: "ask" }, permission("c", "h"), "and wait"], "another")).to.equal(
      "ask and wait",
    );
  });

  it("has the address and the port of the service", () => {
    expect(serviceAddressOf("xmpp://[fd00::1]:80")).to.deep.equal({ address: "fd00::1", port: 80 });
    expect(serviceAddressOf("xmpp://chat.x.test:5347")).to.deep.equal({ address: "chat.x.test", port: 5347 });
  });
});
