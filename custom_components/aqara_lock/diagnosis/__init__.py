"""Collects evidence, runs the rules and raises their issues."""

from .engine import DiagnosisEngine
from .evidence import take_evidence
from .host_reader import NetworkReader
from .issues import DiagnosisRepairs, forget_repairs

__all__ = [
    "DiagnosisEngine",
    "DiagnosisRepairs",
    "NetworkReader",
    "forget_repairs",
    "take_evidence",
]
