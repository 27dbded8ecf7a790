"""Every recurring task on one page. The timekeeper of the first worker process does them."""

from app.runs.work import sweeper
from app.runs.work.timekeeper import Task

TIMETABLE = (
    Task("ring for runs that nobody works on", sweeper.EVERY_S, sweeper.sweep),
    Task("forget rings that piled up", 60.0, sweeper.forget_surplus),
)
