class LikeliestToLeave:
    """Callers whose contract ends soon first; agents who have had fewer calls first."""

    def score_interaction(self, interaction, queue):
        days = interaction["variables"].get("contract_days_left")
        return 0 if days is None else max(0, 90 - days)

    def score_agent(self, agent, queue):
        return -agent["handled"]


class SpeaksTheirDialect:
    """Agents and callers of the same region together; the region stands in the flow's variables and in the site."""

    def score_pair(self, agent, interaction, queue):
        same = agent["site"] == interaction["variables"].get("region")
        return 2 if same else interaction["waited"] > 60
