"""How mtqe's own small models were trained: ``python -m training``."""
