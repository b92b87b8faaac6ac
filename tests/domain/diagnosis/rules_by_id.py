"""All rules by their id."""

from typing import Final

from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Severity

RULE_BY_ID: Final = {rule.id: rule for rule in RULES}
NOTICES: Final = {rule.id for rule in RULES if rule.severity is Severity.NOTICE}
