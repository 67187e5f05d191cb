/** The systemd units: the socket, and the service with readiness notification, watchdog, and a sandbox (systemd.exec(5)). */
import { description } from "../../storage/version.js";

/** systemd.socket(5): systemd listens at http.listen, so that calls wait while the component restarts. */
export const SOCKET = `[Unit]
Description=HTTP port of qtalk-component
Documentation=man:qtalk-component(1)

[Socket]
# The same as http.listen in /etc/qtalk-component.yml; change it by: systemctl edit qtalk-component.socket
ListenStream=127.0.0.1:10050
Backlog=4096
NoDelay=yes

[Install]
WantedBy=sockets.target
`;

const UNIT = `[Unit]
Description=@DESCRIPTION@
Documentation=man:qtalk-component(1)
Wants=network-online.target
After=network-online.target ejabberd.service prosody.service qtalk-component.socket
Wants=qtalk-component.socket

[Service]
Type=notify
# systemd-notify, which speaks for the component, is a child of it.
NotifyAccess=all
ExecStart=@COMMAND@ start
# However it was installed: journalctl -t qtalk-component
SyslogIdentifier=qtalk-component
ExecReload=/bin/kill -HUP $MAINPID
WatchdogSec=60
Restart=on-failure
RestartSec=2
# A wrong configuration doesn't mend itself: EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT, EX_NOPERM, EX_CONFIG.
RestartPreventExitStatus=64 65 66 73 77 78
# Only the main process gets SIGTERM, because the process of systemd-notify must still report the stop.
KillMode=mixed
TimeoutStopSec=15
User=qtalk-component
Group=qtalk-component
UMask=0077
StateDirectory=qtalk-component
StateDirectoryMode=0700
LogsDirectory=qtalk-component
LogsDirectoryMode=0700
LimitNOFILE=65536
# Bounds of the heap in MiB: less memory for young objects than Node takes by itself, and a limit for old ones.
Environment="NODE_OPTIONS=--max-semi-space-size=4 --max-old-space-size=768"

CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
Also=qtalk-component.socket
`;

/** Returns the unit. @param command the command that systemd starts, with an absolute path */
export function unit(command: string): string {
  return UNIT.replace("@DESCRIPTION@", description()).replace("@COMMAND@", command);
}
