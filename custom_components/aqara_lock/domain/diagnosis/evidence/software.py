"""What is known of Home Assistant, the Matter server and the Thread credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .fact import Fact, Gap


class MatterState(StrEnum):
    """State of the Matter integration that owns the locks."""

    READY = "ready"
    RETRYING = "retrying"
    NOT_LOADED = "not_loaded"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareEvidence:
    """Software around the locks.

    `server_changed_kind`: the Matter server was replaced by one of another make.
    `unconfigured_locks`: names of door locks of Matter that are not set up here.
    `datasets`: extended PAN ids of the stored Thread networks. `core_issues`: ids of
    repairs that Home Assistant shows on its own. Fabric ids are compressed ones.
    `server_returned_at`: when core's client last came back to a server that was away.
    """

    matter: Fact[MatterState] = Gap.UNKNOWN
    matter_lost_at: datetime | None = None
    server_returned_at: datetime | None = None
    server_schema: Fact[int] = Gap.UNKNOWN
    server_version: Fact[str] = Gap.UNKNOWN
    server_changed_kind: Fact[bool] = Gap.UNKNOWN
    fabric: Fact[int] = Gap.UNKNOWN
    stored_fabric: Fact[int | None] = Gap.UNKNOWN
    unconfigured_locks: Fact[tuple[str, ...]] = Gap.UNKNOWN
    addons: Fact[Mapping[str, str]] = field(default=Gap.UNKNOWN, hash=False)
    preferred_network: Fact[str | None] = Gap.UNKNOWN
    datasets: Fact[frozenset[str]] = Gap.UNKNOWN
    credentials_set: Fact[bool] = Gap.UNKNOWN
    core_issues: frozenset[str] = frozenset()
