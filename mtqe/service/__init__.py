"""`mtqe serve --api`: score, check and report over HTTP, for teams that don't write Python."""

from __future__ import annotations

from mtqe.service.limits import Limits
from mtqe.service.server import ApiServer, api_server, check_address, token_from_environment

__all__ = ["ApiServer", "Limits", "api_server", "check_address", "token_from_environment"]
