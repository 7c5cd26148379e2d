"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from yihe.server.checks import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihe.settings")
application = get_wsgi_application()
refuse_unsafe()
gc.freeze()  # what is loaded by now stays; it need not be looked through again and again
