"""hujiao (呼叫): an open, multi-tenant, distributed contact-center platform."""

__version__ = "0.1.0"
