"""The card, the page and their registration: one ES module in the browser."""

from .registration import (
    MORE_INFO_ELEMENT,
    async_forget_frontend,
    async_offer_frontend,
    async_serve,
    is_module_offered,
)

__all__ = [
    "MORE_INFO_ELEMENT",
    "async_forget_frontend",
    "async_offer_frontend",
    "async_serve",
    "is_module_offered",
]
