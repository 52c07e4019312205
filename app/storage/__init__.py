"""Rows, jobs, the audit chain and sealed objects. Everything that outlives a process."""
