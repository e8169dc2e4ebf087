"""`python -m mtqe` is `mtqe`."""

from __future__ import annotations

from mtqe.cli.app import main

if __name__ == "__main__":
    main()
