"""`python -m longtail`, the command line."""

from longtail.command_line import main

main(prog_name="longtail")
