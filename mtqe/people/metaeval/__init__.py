"""Meta-evaluation: how well metrics agree with human ratings of translations."""
