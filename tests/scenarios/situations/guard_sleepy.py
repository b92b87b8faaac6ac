"""A battery lock without the ICD cluster answers after two seconds (R44)."""

from tests.scenarios.home import answered, case, home, lock

SLOW = case(home(lock(radio=None, ping=answered(2012, 1950, 905))))
