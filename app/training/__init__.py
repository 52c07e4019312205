"""Training of the project's own networks, with the extra `training`; never at run time."""
