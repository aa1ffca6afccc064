"""All tables of all capabilities, for migrations and for the test that compares both."""

from hujiao.agents import models as agents
from hujiao.alarms import models as alarms
from hujiao.bulletins import models as bulletins
from hujiao.calls import models as calls
from hujiao.chat import models as chat
from hujiao.customers import models as customers
from hujiao.customers.imports import models as customer_imports
from hujiao.data_sources import models as data_sources
from hujiao.flows import models as flows
from hujiao.hours import models as hours
from hujiao.identity import models as identity
from hujiao.interactions import models as interactions
from hujiao.kit.db import Base
from hujiao.queues import models as queues
from hujiao.recordings import models as recordings
from hujiao.reporting import models as reporting
from hujiao.routing import models as routing
from hujiao.screen_pop import models as screen_pop
from hujiao.screen_views import models as screen_views
from hujiao.speech import models as speech
from hujiao.suggestions import models as suggestions
from hujiao.summaries import models as summaries
from hujiao.tenancy import models as tenancy
from hujiao.wallboards import models as wallboards

MODELS = (
    tenancy,
    identity,
    calls,
    agents,
    queues,
    hours,
    data_sources,
    flows,
    interactions,
    recordings,
    speech,
    routing,
    reporting,
    chat,
    bulletins,
    customers,
    customer_imports,
    alarms,
    screen_pop,
    screen_views,
    suggestions,
    summaries,
    wallboards,
)

metadata = Base.metadata
