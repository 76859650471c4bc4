"""Addresses of people and their bank accounts: e-mail, IBAN."""

import re

EMAIL = re.compile(r"[^\s@<>\"',;:\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def clean_email(value: str) -> str:
    """Return an e-mail address in lower case, without spaces and without the name beside it.

    >>> clean_email(" Ann@Example.COM ")
    'ann@example.com'
    >>> clean_email("Ann Jansen <ann@example.com>")
    'ann@example.com'
    >>> clean_email("ann at example.com")
    Traceback (most recent call last):
    ValueError: expected an e-mail address
    """
    address = value.strip().lower()
    if address.endswith(">"):
        address = address[:-1].rpartition("<")[2].strip()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise ValueError("expected an e-mail address")
    return address


def iban(value: str) -> str:
    """Return a bank account number without spaces, when its check digits are right (ISO 13616, modulo 97).

    >>> iban("NL91 ABNA 0417 1643 00")
    'NL91ABNA0417164300'
    >>> iban("NL91 ABNA 0417 1643 01")
    Traceback (most recent call last):
    ValueError: expected an IBAN with the right check digits
    """
    account = "".join(value.split()).upper()
    if not IBAN.fullmatch(account):
        raise ValueError("expected an IBAN")
    # letters count as 10 to 35; the country and the check digits go last
    if int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 != 1:
        raise ValueError("expected an IBAN with the right check digits")
    return account
