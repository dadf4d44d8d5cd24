"""A Kerberos realm of our own on loopback (MIT's KDC), in a directory that goes with the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.kafka.java import Child
from tests.kafka.ports import HOST, accepts, free_ports
from tests.kafka.waiting import wait_until

REALM = "LAGTOP.TEST"
PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "klist")
SBIN = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])

CONFIGURATION = """\
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  {realm} = {{
    kdc = {host}:{port}
    database_name = {home}/principals
    key_stash_file = {home}/stash
    kdc_listen = {host}:{port}
    kdc_tcp_listen = {host}:{port}
  }}
[logging]
  kdc = FILE:{home}/kdc.log
"""


def missing() -> str:
    """What keeps a realm from being made here; empty if nothing does."""
    gone = [name for name in PROGRAMS if shutil.which(name, path=SBIN) is None]
    if gone:
        return f"no {', '.join(gone)} (Debian: krb5-kdc, krb5-admin-server, krb5-user)"
    return "" if find_spec("gssapi") else "no gssapi library (pip install 'lagtop[gssapi]')"


class Realm:
    """Its KDC, and the files of those who use it: `configuration` is what KRB5_CONFIG names."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self._home = home
        (self._port,) = free_ports(1)
        self.configuration = home / "krb5.conf"
        words = {"realm": REALM, "host": HOST, "port": self._port, "home": home}
        self.configuration.write_text(CONFIGURATION.format(**words))
        self._kdc: Child | None = None

    def start(self) -> None:
        """Make the database, and serve it."""
        self._run("kdb5_util", "create", "-s", "-P", "master")
        self._kdc = Child([*self._words("krb5kdc"), "-n"], self._home / "kdc.out")
        wait_until(lambda: accepts(self._port), "the KDC to listen")

    def stop(self) -> None:
        """Kill the KDC."""
        if self._kdc is not None:
            self._kdc.kill()

    def keytab(self, principal: str) -> Path:
        """A new principal's key, in a file."""
        path = self._home / f"{principal.replace('/', '-')}.keytab"
        self._run("kadmin.local", "-q", f"addprinc -randkey {principal}")
        self._run("kadmin.local", "-q", f"ktadd -k {path} {principal}")
        return path

    def ticket(self, principal: str, keytab: Path, lifetime: str = "1h") -> str:
        """A fresh cache with a ticket, as KRB5CCNAME names it."""
        cache = f"FILE:{self._home}/{principal}.{lifetime}.cache"
        self._run("kinit", "-c", cache, "-l", lifetime, "-k", "-t", str(keytab), principal)
        return cache

    def is_good(self, cache: str) -> bool:
        """Whether its ticket has not expired."""
        words = (*self._words("klist"), "-s", "-c", cache)
        return subprocess.run(words, check=False).returncode == 0

    def _words(self, program: str) -> list[str]:
        path = shutil.which(program, path=SBIN)
        assert path is not None
        return ["env", f"KRB5_CONFIG={self.configuration}",
                f"KRB5_KDC_PROFILE={self.configuration}", path]  # fmt: skip

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [*self._words(program), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
