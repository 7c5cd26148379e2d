import sys

from yihe.cli import main

sys.exit(main())
