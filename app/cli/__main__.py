"""`python -m app.cli`, for the supervisor's children and machines without the script."""

from app.cli import main

main()
