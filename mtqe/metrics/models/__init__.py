"""Where models come from: the store, the hub, those that mtqe brings, their assembly."""
