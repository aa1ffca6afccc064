import { DesktopOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, List, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '@/shared/api/client';
import type { AgentLive, Page, ScreenView, TenantSettings } from '@/shared/api/types';
import { EmptyView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';
import { useRight, useSession } from '@/shared/session/session';

/** Whether the reader may view screens, where the company has that. */
function useMayView(): boolean {
  const right = useRight('supervision.screen');
  const settings = useQuery({
    queryKey: ['/settings'],
    queryFn: () => api.get<TenantSettings>('/settings'),
    enabled: right,
    staleTime: 0,
  });
  return right && settings.data !== undefined && settings.data.screen_view !== 'off';
}

/** Opens the agent's screen, live. */
export function ViewScreen({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const own = useSession().agent?.id === agent.id;
  const mayView = useMayView();
  if (!mayView || own || agent.state === 'logged_out') return null;
  return (
    <Button
      icon={<DesktopOutlined />}
      style={{ alignSelf: 'start' }}
      onClick={() => void navigate(`/live/screens/${agent.id}`)}
      data-testid="view-screen"
    >
      {t('screenView.view')}
    </Button>
  );
}

/** Who looked at this agent's screen lately. */
export function ScreenViews({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const mayRead = useRight('supervision.screen'); // also when views are switched off now
  const views = useQuery({
    queryKey: ['/screen-views', agent.id],
    queryFn: () => api.get<Page<ScreenView>>('/screen-views', { agent_id: agent.id, page_size: 5 }),
    enabled: mayRead,
    staleTime: 0, // one's own view has just been added
  });
  if (!mayRead) return null;
  return (
    <section data-testid="screen-views">
      <h3>{t('screenView.list')}</h3>
      <List
        size="small"
        loading={views.isPending}
        dataSource={views.data?.items ?? []}
        locale={{ emptyText: <EmptyView what={t('screenView.none')} /> }}
        renderItem={(one) => (
          <List.Item data-testid="screen-view-row" data-reason={one.end_reason ?? ''}>
            <span className="hj-figures">{timeOrDay(one.started_at)}</span>
            <span className="hj-ellipsis">{one.by_name ?? '–'}</span>
            {one.whole_screen_at ? <Tag>{t('screenView.wholeRow')}</Tag> : null}
            <span className="hj-figures">{one.ended_at ? lasted(one) : t('screenView.now')}</span>
          </List.Item>
        )}
      />
    </section>
  );
}

function lasted(one: ScreenView): string {
  return duration((Date.parse(one.ended_at ?? one.started_at) - Date.parse(one.started_at)) / 1000);
}
