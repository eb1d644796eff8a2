"""Keys of a data folder: the CA and leaf of TLS, the signing keys of tokens, and the secrets behind passwords."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc.jwk import RSAKey

LOOPBACK = ("localhost", "127.0.0.1", "::1")
YEARS = timedelta(days=3650)


class Keys:
    """What the folder keeps, made at the first start; files are readable by their owner only."""

    def __init__(self, folder: Path, names: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.admin_key = _kept(folder / "admin.key", lambda: secrets.token_urlsafe(32)).decode()
        self.token_key = _kept(folder / "token.key", lambda: secrets.token_hex(32))
        self.password_key = _kept(folder / "password.key", lambda: secrets.token_hex(32))
        if not (folder / "ca.pem").exists():
            _make_ca(folder)
        if names or not (folder / "leaf.pem").exists():
            issue(folder, "leaf", [*LOOPBACK, *names])
        self._read: tuple[int, list[RSAKey]] = (0, [])

    @property
    def signing(self) -> list[RSAKey]:
        """All signing keys, oldest first; another process may have added one since."""
        changed = self.folder.stat().st_mtime_ns
        if changed != self._read[0]:
            found = [RSAKey.import_key(path.read_text()) for path in _signing(self.folder)]
            self._read = (self.folder.stat().st_mtime_ns, found)
        return self._read[1]

    @property
    def current(self) -> RSAKey:
        """The key that signs new tokens; the older ones still verify."""
        return self.signing[-1]

    def rotate(self) -> None:
        """Add a new signing key beside the old ones."""
        _make_signing(self.folder, len(self.signing) + 1)

    def password(self, upn: str) -> str:
        """The password of a simulated account: derived once from the folder's key, never stored."""
        mark = hmac.new(self.password_key, upn.lower().encode(), hashlib.sha256).hexdigest()
        return f"Sim-{mark[:4]}-{mark[4:8]}-{mark[8:12]}"


def _kept(path: Path, make: object) -> bytes:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())  # type: ignore[operator]
    return path.read_bytes()


def _signing(folder: Path) -> list[Path]:
    if not list(folder.glob("signing-*.pem")):
        _make_signing(folder, 1)
    return sorted(folder.glob("signing-*.pem"))


def _make_signing(folder: Path, number: int) -> None:
    new = folder / f"signing-{number:03d}.new"
    new.touch(mode=0o600)
    new.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    new.rename(new.with_suffix(".pem"))


def _make_ca(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated cloud CA (invented data)")])
    certificate = (
        _certificate(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder, "ca", certificate, key)


def issue(folder: Path, name: str, hosts: list[str]) -> None:
    """Issue a leaf for the hosts from the folder's CA, as name.pem and name.key."""
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)  # noqa: S101  # made above
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    certificate = (
        _certificate(subject, ca.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(folder, name, certificate, key)


def _certificate(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + YEARS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    path = folder / f"{name}.key"
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
