import {
  AppstoreOutlined,
  BarsOutlined,
  ClusterOutlined,
  EnvironmentOutlined,
  PartitionOutlined,
} from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { memo, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Adjust } from '@/shared/adjustments/Adjust';
import type { AgentLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { EmptyView, LoadingView } from '@/shared/components/Views';
import { useLive } from '@/shared/live/hooks';
import { piece } from '@/shared/pieces/piece';
import { useRight } from '@/shared/session/session';
import { counted } from './activities';
import { ActivityMark } from './ActivityMark';
import { AgentCards } from './AgentCards';
import { AgentTable } from './Agents';
import { type Team, useFloorAgents, useTeams } from './floorAgents';
import { HearFilter } from './HearFilter';

const SeatMap = piece(() => import('./SeatMap'));

const views = [
  { value: 'cards', name: 'live.cards', Icon: AppstoreOutlined },
  { value: 'table', name: 'live.table', Icon: BarsOutlined },
  { value: 'teams', name: 'floor.teams', Icon: ClusterOutlined },
  { value: 'queues', name: 'floor.queues', Icon: PartitionOutlined },
  { value: 'seats', name: 'floor.seats', Icon: EnvironmentOutlined },
] as const;

/** Whom to show, and how. */
export const FloorFilters = memo(function FloorFilters() {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  return (
    <>
      <HearFilter />
      <div className="hj-page-actions">
        <Segmented
          aria-label={t('live.view')}
          value={text('view') || 'cards'}
          onChange={(value) => change({ view: value === 'cards' ? null : value })}
          options={views.map(({ value, name, Icon }) => ({
            value,
            label: (
              <span data-testid={`view-${value}`}>
                <Icon /> {t(name)}
              </span>
            ),
          }))}
        />
      </div>
    </>
  );
});

interface Props {
  open: (agentId: string) => void;
}

/** The agents now: as cards, as a table, by what they belong to, or where they sit. */
export function Floor({ open }: Props) {
  const { t } = useTranslation();
  const { text } = useAddressState();
  const nobody = useLive((state) => state.view.agents.size === 0);
  const agents = useFloorAgents();
  const view = text('view');
  if (agents === null) return <LoadingView rows={4} />;
  const { found, shown } = agents;
  return (
    <>
      <StateCounts agents={found} />
      {view === 'seats' ? (
        <Suspense fallback={<LoadingView rows={6} />}>
          <SeatMap found={found} shown={shown} open={open} />
        </Suspense>
      ) : shown.length === 0 ? (
        <div className="hj-panel hj-panel-body">
          <EmptyView
            what={nobody ? t('live.noAgents') : t('live.noAgentsMatch')}
            how={nobody ? t('live.noAgentsHow') : undefined}
          />
        </div>
      ) : view === 'table' ? (
        <AgentTable agents={shown} open={open} />
      ) : view === 'teams' || view === 'queues' ? (
        <Teams agents={shown} by={view} open={open} />
      ) : (
        <AgentCards agents={shown} open={open} />
      )}
    </>
  );
}

/** How many do what; each chooses these. */
function StateCounts({ agents }: { agents: AgentLive[] }) {
  const { t } = useTranslation();
  const { list, change } = useAddressState();
  const wanted = list('state');
  return (
    <div className="hj-state-counts" role="group" aria-label={t('live.state')}>
      <span className="hj-faint">{t('live.count', { number: agents.length })}</span>
      {counted(agents).map(({ activity, number }) => (
        <button
          key={activity}
          type="button"
          aria-pressed={wanted.includes(activity)}
          data-testid={`count-${activity}`}
          onClick={() =>
            change({
              state: wanted.includes(activity)
                ? wanted.filter((one) => one !== activity)
                : [...wanted, activity],
            })
          }
        >
          <ActivityMark activity={activity} /> <strong className="hj-figures">{number}</strong>
        </button>
      ))}
    </div>
  );
}

function Teams({ agents, by, open }: Props & { agents: AgentLive[]; by: 'teams' | 'queues' }) {
  const { t } = useTranslation();
  const teams = useTeams(agents, by);
  const mayAdjust = useRight('live.skills');
  const [adjusting, setAdjusting] = useState<Team | null>(null);
  if (!teams) return <LoadingView rows={4} />;
  const shown = teams.map((team) => (
    <details key={team.id} open className="hj-team" data-testid="team" data-id={team.id}>
      <summary>
        <strong>{team.name || t(by === 'teams' ? 'floor.noTeam' : 'floor.noQueue')}</strong>
        <span className="hj-faint hj-figures">{team.agents.length}</span>
        {counted(team.agents).map(({ activity, number }) => (
          <span key={activity} className="hj-team-count">
            <ActivityMark activity={activity} /> <span className="hj-figures">{number}</span>
          </span>
        ))}
      </summary>
      {by === 'teams' && team.id && mayAdjust ? (
        <Button size="small" type="text" onClick={() => setAdjusting(team)} data-testid="adjust-team">
          {t('temporary.give')}
        </Button>
      ) : null}
      <AgentCards agents={team.agents} open={open} />
    </details>
  ));
  return (
    <>
      {shown}
      {adjusting ? (
        <Adjust
          title={t('temporary.titleOf', { name: adjusting.name })}
          groupIds={[adjusting.id]}
          onClose={() => setAdjusting(null)}
        />
      ) : null}
    </>
  );
}
