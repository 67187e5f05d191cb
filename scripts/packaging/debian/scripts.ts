/** The Debian package's maintainer scripts (Debian policy, chapter 6) and its example configuration. */

const UNIT = "qtalk-component.service";

export const EXAMPLE = `# The configuration of qtalk-component; "qtalk-component check" validates it,
# "qtalk-component doctor" tries the XMPP server.
xmpp:
  service: xmpp://127.0.0.1:5347
  domain: groups.example.org # the component's domain, which is also the domain of its rooms
  password: SECRET # the component's secret, as configured on the server
  hosts: [example.org] # the users' domains; the first is the default host
`;

const POSTINST = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd qtalk-component >/dev/null; then
    adduser --quiet --system --group --no-create-home --home /var/lib/qtalk-component qtalk-component
  fi
  if [ ! -e /etc/qtalk-component.yml ]; then
    install -o root -g qtalk-component -m 0640 /usr/share/doc/qtalk-component/examples/qtalk-component.yml /etc/qtalk-component.yml
  fi
  install -d -o qtalk-component -g qtalk-component -m 0700 /var/lib/qtalk-component
  # The unit is enabled and started by hand, after configuration; upgrades restart it if it runs.
  if deb-systemd-helper debian-installed ${UNIT} && deb-systemd-helper --quiet was-enabled ${UNIT}; then
    deb-systemd-helper enable ${UNIT} >/dev/null || true
  fi
  deb-systemd-helper update-state ${UNIT} >/dev/null || true
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "$2" ]; then deb-systemd-invoke try-restart ${UNIT} >/dev/null || true; fi
  fi
  if [ -z "$2" ]; then
    cat <<'END'

qtalk-component is installed, but not started. Next steps:
  1. set the component's domain and secret, and your users' domain, in /etc/qtalk-component.yml
  2. qtalk-component check
  3. qtalk-component doctor           (prints the configuration lines for your XMPP server)
  4. systemctl enable --now qtalk-component

END
  fi
fi
`;

const PRERM = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${UNIT} >/dev/null || true
fi
`;

const POSTRM = `#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = purge ]; then
  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge ${UNIT} >/dev/null || true
  fi
  rm -f /etc/qtalk-component.yml
  rm -rf /var/lib/qtalk-component /var/log/qtalk-component
  # The user owns no files any more. The package with deluser may be removed already.
  if getent passwd qtalk-component >/dev/null && command -v userdel >/dev/null; then
    userdel qtalk-component || true
  fi
  if getent group qtalk-component >/dev/null && command -v groupdel >/dev/null; then
    groupdel qtalk-component || true
  fi
fi
`;

export const SCRIPTS: Readonly<Record<string, string>> = { postinst: POSTINST, prerm: PRERM, postrm: POSTRM };
