/** The remedies fit what runs the component: systemd, a container, or neither. */
import { expect } from "chai";
import { accessAdvice } from "../../scripts/file-access.js";
import { lowPortAdvice, readOnlyAdvice, sandbox } from "../../scripts/sandbox.js";
import { manager, toReload, toRunStopped, toStartAs, toStop } from "../../scripts/service-manager.js";

describe("What runs the component", () => {
  const on = (files: readonly string[], env = {}): string => manager((path) => files.includes(path), env);

  it("is found by systemd's unit, or by what Docker, Podman and Kubernetes put into a container", () => {
    const [booted, unit] = ["/run/systemd/system", "/usr/lib/systemd/system/qtalk-component.service"];
    expect(on([booted, unit])).to.equal("systemd");
    expect(on([booted, "/etc/systemd/system/qtalk-component.service"])).to.equal("systemd");
    expect(on([booted]), "without the unit").to.equal("none");
    expect(on([unit]), "without systemd").to.equal("none");
    for (const file of ["/.dockerenv", "/run/.containerenv"]) expect(on([file])).to.equal("container");
    expect(on([], { KUBERNETES_SERVICE_HOST: "10.0.0.1" })).to.equal("container");
  });

  it("decides how it is stopped and reloaded", () => {
    for (const [by, stop, again, reload] of [
      ["systemd", "systemctl stop qtalk-component.socket", "run doctor again", "systemctl reload"],
      ["container", "stop the component's container", "docker compose run --rm component doctor", "SIGHUP"],
      ["none", "SIGTERM", "run doctor again", "SIGHUP"],
    ] as const) {
      expect(toStop(by)).to.contain(stop);
      expect(toRunStopped("doctor", by)).to.contain(stop).and.contain(again);
      expect(toReload(by)).to.contain(reload);
    }
  });

  it("decides what a read-only place is, and how a file becomes readable", () => {
    const inUnit = readOnlyAdvice("/srv/q", "systemd", { INVOCATION_ID: "1" });
    expect(inUnit).to.contain("sandbox").and.contain("ReadWritePaths=/srv/q under [Service]");
    expect(readOnlyAdvice("/srv/q", "systemd", {}), "a shell").to.contain("mounted read-only");
    expect(readOnlyAdvice("/srv/q", "container", {})).to.contain("mount a volume");
    expect(accessAdvice("/run/secrets/x", "container")).to.contain("mounted file").and.not.contain("chown");
    expect(accessAdvice("/etc/x", "none")).to.contain("as root");
    expect(toStartAs("ann", "none")).to.equal("it as that user (sudo -u 'ann' qtalk-component start)");
    expect(toStartAs("#1000", "container")).to.contain("docker run --user 1000");
    expect(toStartAs("ann", "systemd")).to.contain("systemctl enable --now");
  });
});

describe("The sandbox of the unit", () => {
  const of = (properties: Record<string, string>) => sandbox(new Map(Object.entries(properties)));

  it("lets the component write to its own folders and ReadWritePaths, and hides homes", () => {
    const unit = of({
      ProtectSystem: "strict",
      ProtectHome: "yes",
      StateDirectory: "qtalk-component",
      LogsDirectory: "qtalk-component",
      ReadWritePaths: "-/srv/q /mnt/w",
    });
    for (const path of [
      "/var/lib/qtalk-component/qtalk.db",
      "/var/log/qtalk-component/a.log",
      "/srv/q/x",
      "/mnt/w/x",
    ])
      expect(unit?.mayWrite(path), path).to.equal(true);
    for (const path of ["/var/lib/qtalk-component2/x", "/srv/qtalk/x", "/home/li/x", "/etc/x"])
      expect(unit?.mayWrite(path), path).to.equal(false);
    expect(unit?.mayRead("/root/secret")).to.equal(false);
    expect(unit?.mayRead("/etc/secret")).to.equal(true);
  });

  it("lets the component listen below port 1024 by a capability, but not in a user namespace", () => {
    const AmbientCapabilities = "cap_chown cap_net_bind_service";
    expect(of({ AmbientCapabilities, PrivateUsers: "no" })?.mayBindAnyPort).to.equal(true);
    expect(of({ AmbientCapabilities, PrivateUsers: "yes" })?.mayBindAnyPort).to.equal(false);
    expect(of({ AmbientCapabilities: "", PrivateUsers: "no" })?.mayBindAnyPort).to.equal(false);
    expect(lowPortAdvice("systemd")).to.contain("AmbientCapabilities=CAP_NET_BIND_SERVICE, PrivateUsers=no");
    expect(lowPortAdvice("container")).to.equal("");
  });

  it("forbids nothing that the unit doesn't", () => {
    expect(of({ ProtectSystem: "no", ProtectHome: "no" })?.mayWrite("/home/li/x")).to.equal(true);
  });
});
