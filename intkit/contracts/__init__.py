"""Contracts: what an integration relies on, and whether records keep it."""

from intkit.contracts.checking import Checked, Violation
from intkit.contracts.contract import Contract, Freshness, Promise, contract_of
from intkit.contracts.files import read_contract, write_contract

__all__ = [
    "Checked",
    "Contract",
    "Freshness",
    "Promise",
    "Violation",
    "contract_of",
    "read_contract",
    "write_contract",
]
