"""Signatures (Ed25519) and sealed boxes (X25519), through PyNaCl."""

import hashlib
import secrets

import nacl.exceptions
import nacl.public
import nacl.signing

KEY_BYTES = 32
SIGNATURE_BYTES = 64
# What a secret that people hand on is for.
INVITATION, RECOVERY = b"collabmap-invite", b"collabmap-paper"


class SigningKey:
    """A device's or an invitation's private key.  seed: 32 secret bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = nacl.signing.SigningKey(seed)
        self.seed = seed
        self.public: bytes = bytes(self._key.verify_key)

    @classmethod
    def generate(cls) -> "SigningKey":
        """Return a fresh random key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._key.sign(message).signature

    def open_sealed(self, box: bytes) -> bytes | None:
        """Return what was sealed to this key's public half; None if it was not for this key."""
        return open_box(bytes(self._key.to_curve25519_private_key()), box)


def key_of_secret(secret: bytes, purpose: bytes) -> SigningKey:
    """Return the key that belongs to a secret of 16 bytes, one way.

    purpose: INVITATION or RECOVERY; a secret makes another key for each.
    """
    return SigningKey(hashlib.blake2b(secret, digest_size=32, person=purpose).digest())


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's own over exactly this message."""
    try:
        nacl.signing.VerifyKey(public_key).verify(message, signature)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.CryptoError, ValueError, TypeError):
        return False
    return True


def seal_to_signer(public_signing_key: bytes, secret: bytes) -> bytes:
    """Seal bytes so that only the owner of an Ed25519 key can read them."""
    curve = nacl.signing.VerifyKey(public_signing_key).to_curve25519_public_key()
    return nacl.public.SealedBox(curve).encrypt(secret)


def is_signer(public_key: bytes) -> bool:
    """Whether something can be sealed to the owner of these bytes as a signing key."""
    try:
        seal_to_signer(public_key, b"")
    except (nacl.exceptions.CryptoError, ValueError, TypeError):
        return False
    return True


def new_box_key() -> tuple[bytes, bytes]:
    """Return (private, public) X25519 keys for sealed boxes."""
    private = nacl.public.PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def box_public(private_box_key: bytes) -> bytes:
    """Return the public half of an X25519 key.  Raises ValueError for what is none."""
    try:
        return bytes(nacl.public.PrivateKey(private_box_key).public_key)
    except (nacl.exceptions.CryptoError, TypeError) as error:
        raise ValueError("not a key") from error


def is_box_key(public_box_key: bytes) -> bool:
    """Whether something can be sealed to these bytes."""
    try:
        seal(public_box_key, b"")
    except (nacl.exceptions.CryptoError, ValueError, TypeError):
        return False
    return True


def seal(public_box_key: bytes, secret: bytes) -> bytes:
    """Seal bytes to an X25519 public key; the writer cannot open them again."""
    return nacl.public.SealedBox(nacl.public.PublicKey(public_box_key)).encrypt(secret)


def open_box(private_box_key: bytes, box: bytes) -> bytes | None:
    """Return what `seal` sealed; None if the key is another."""
    try:
        return nacl.public.SealedBox(nacl.public.PrivateKey(private_box_key)).decrypt(box)
    except (nacl.exceptions.CryptoError, ValueError, TypeError):
        return None
