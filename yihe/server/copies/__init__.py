"""The whole house in one file, and its way back.

A copy holds every table as PostgreSQL's own text form, read in one snapshot while the house goes on,
and the files that people sent. The tables themselves come from the migrations, so a copy made from
PostgreSQL 18 goes into 15 and back. Private keys are never in it (docs/keeping.md).
"""
