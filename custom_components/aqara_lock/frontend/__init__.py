"""The card, the page and their registration: one ES module in the browser."""

from .registration import async_forget_frontend, async_offer_frontend, async_serve

__all__ = ["async_forget_frontend", "async_offer_frontend", "async_serve"]
