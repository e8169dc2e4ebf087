"""Who computes a metric's statistics: this process, workers, or a cluster."""

from mtqe.evaluation.executors.base import Executor, Local
from mtqe.evaluation.executors.choose import open_executor

__all__ = ["Executor", "Local", "open_executor"]
