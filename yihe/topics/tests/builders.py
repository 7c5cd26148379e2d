from datetime import datetime

from yihe.worktime import SHANGHAI

AT = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
