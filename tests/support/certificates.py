# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificates of a test's own authorities, made with openssl; they live as long as the test."""

import subprocess
from pathlib import Path


def openssl(folder, *words):
    subprocess.run(["openssl", *map(str, words)], cwd=folder, check=True, capture_output=True, timeout=600,
                   stdin=subprocess.DEVNULL)


class Certificates:
    """NAME.pem and NAME.key in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __getitem__(self, name):
        return self.folder / name

    def _key(self, name):
        openssl(self.folder, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")

    def authority(self, name):
        self._key(name)
        openssl(self.folder, "req", "-x509", "-key", f"{name}.key", "-days", "2", "-subj", f"/CN={name}", "-out", f"{name}.pem")

    def sign(self, name, authority, names="DNS:phone.example", days=2):
        """names: what the certificate is for, as in "IP:127.0.0.1,DNS:localhost"."""
        self._key(name)
        openssl(self.folder, "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
        self[f"{name}.ext"].write_text(f"subjectAltName={names}\n", encoding="utf-8")
        openssl(self.folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
                "-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def join(self, name, *parts):
        self[name].write_text("".join(self[part].read_text(encoding="utf-8") for part in parts), encoding="utf-8")

    def lock(self, name, key):
        openssl(self.folder, "pkey", "-in", key, "-aes128", "-passout", "pass:secret", "-out", name)
