"""Business hours: when a company is open, its holidays, and switching it to closed or open by hand."""
