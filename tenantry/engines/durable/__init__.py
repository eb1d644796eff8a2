"""Tasks that survive a crash: a thin face on DBOS."""

from tenantry.engines.durable.tasks import Task, every_minute, here, progress, step, task

__all__ = ["Task", "every_minute", "here", "progress", "step", "task"]
