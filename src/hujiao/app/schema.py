"""All tables of all capabilities, for migrations and for the test that compares both."""

from hujiao.agents import models as _agents
from hujiao.calls import models as _calls
from hujiao.flows import models as _flows
from hujiao.identity import models as _identity
from hujiao.interactions import models as _interactions
from hujiao.kit.db import Base
from hujiao.queues import models as _queues
from hujiao.recordings import models as _recordings
from hujiao.reporting import models as _reporting
from hujiao.speech import models as _speech
from hujiao.tenancy import models as _tenancy

metadata = Base.metadata

__all__ = ["metadata"]
