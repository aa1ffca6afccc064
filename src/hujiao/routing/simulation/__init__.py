"""A company's day without the company: made-up callers and agents around the router that runs in production."""
