"""Reports: `data` gathers what is shown, the other modules render it."""
