"""Contracts: what an integration relies on, whether records keep it, and whether a spec tells the truth."""

from intkit.contracts.checking import Checked, Violation
from intkit.contracts.contract import Contract, Freshness, Promise, contract_of
from intkit.contracts.files import read_contract, write_contract
from intkit.contracts.reality import Finding, Reality, check_exchanges, check_spec
from intkit.contracts.schema import contract_of_schema
from intkit.contracts.spec import Spec, read_spec

__all__ = [
    "Checked",
    "Contract",
    "Finding",
    "Freshness",
    "Promise",
    "Reality",
    "Spec",
    "Violation",
    "check_exchanges",
    "check_spec",
    "contract_of",
    "contract_of_schema",
    "read_contract",
    "read_spec",
    "write_contract",
]
