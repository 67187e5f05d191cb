/** The Debian package's maintainer scripts (Debian policy, chapter 6) and its example configuration. */

const UNIT = "qtalk-component.service";
const SOCKET = "qtalk-component.socket";
const DATABASE = "/var/lib/qtalk-component/qtalk.db";

export const EXAMPLE = `# The configuration of qtalk-component; "qtalk-component check" validates it,
# "qtalk-component doctor" tries the XMPP server.
xmpp:
  service: xmpp://127.0.0.1:5347
  domain: groups.example.org # the component's domain, which is also the domain of its rooms
  password: SECRET # the component's secret, as configured on the server
  hosts: [example.org] # the users' domains; the first is the default host
`;

/** Refuses a package that doesn't know the schema of the database: the number stands in the header of the file. */
const preinst = (version: string, schema: number): string => `#!/bin/sh
set -e
if [ "$1" = upgrade ] && [ -s ${DATABASE} ]; then
  found=$(od -An -tu4 --endian=big -j60 -N4 ${DATABASE} | tr -d ' ')
  if [ "$found" -gt ${schema} ]; then
    cat >&2 <<END
qtalk-component ${version} can't be installed over $2: the database ${DATABASE} has
version $found of the schema, and this release knows versions up to ${schema}. To go back,
remove the package (apt-get remove; it keeps the database), install this one, and
restore the copy that was made before the update:
  qtalk-component restore ${DATABASE}.before-$((${schema} + 1))
END
    exit 1
  fi
fi
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
  # The units are enabled and started by hand, after configuration; upgrades restart the component if it runs.
  if deb-systemd-helper debian-installed ${UNIT} && deb-systemd-helper --quiet was-enabled ${UNIT}; then
    deb-systemd-helper enable ${UNIT} ${SOCKET} >/dev/null || true
  fi
  deb-systemd-helper update-state ${UNIT} ${SOCKET} >/dev/null || true
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "$2" ] && systemctl --quiet is-active ${UNIT}; then
      # systemd can take over the port only while the component doesn't hold it.
      if systemctl --quiet is-enabled ${SOCKET} && ! systemctl --quiet is-active ${SOCKET}; then
        deb-systemd-invoke stop ${UNIT} >/dev/null || true
        deb-systemd-invoke start ${SOCKET} >/dev/null || true
      fi
      if ! deb-systemd-invoke restart ${UNIT} >/dev/null || ! systemctl --quiet is-active ${UNIT}; then
        echo "qtalk-component was updated, but didn't start again. Its last messages:" >&2
        journalctl --no-pager --lines 10 --unit ${UNIT} --output cat >&2 || true
        echo "Mend the cause, then run: dpkg --configure qtalk-component" >&2
        exit 1
      fi
    elif [ -n "$2" ] && systemctl --quiet is-failed ${UNIT}; then
      deb-systemd-invoke restart ${UNIT} >/dev/null
    fi
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
  deb-systemd-invoke stop ${SOCKET} ${UNIT} >/dev/null || true
fi
`;
const POSTRM = `#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = purge ]; then
  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge ${UNIT} ${SOCKET} >/dev/null || true
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

/** Returns the scripts of a package. @param schema the version of the database's schema */
export function maintainerScripts(version: string, schema: number): Readonly<Record<string, string>> {
  return { preinst: preinst(version, schema), postinst: POSTINST, prerm: PRERM, postrm: POSTRM };
}
