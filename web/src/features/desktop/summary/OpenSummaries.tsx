import { FormOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, Interaction, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';

const OpenList = lazy(() => import('./OpenList'));

// What the runtime has told stands in the list a moment later; under load some moments.
const lookAgain = [1_500, 5_000, 15_000];

/** How many contacts I have still to write of, and the way to them. */
export default function OpenSummaries({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const shown = text('summaries') === 'open';
  const open = useQuery({
    queryKey: ['me', 'summaries'],
    queryFn: () =>
      api.get<Page<Interaction>>('/me/summaries', { page: 1, page_size: 100, sort: 'started_at' }),
  });
  const { refetch } = open;
  const moment = `${agent.state} ${agent.since}`;
  useEffect(() => {
    const timers = lookAgain.map((after) => setTimeout(() => void refetch(), after));
    return () => timers.forEach(clearTimeout);
  }, [moment, refetch]);
  const count = open.data?.total ?? 0;
  if (count === 0 && !shown) return null;
  return (
    <>
      <Button
        className="hj-open-summaries"
        size="small"
        icon={<FormOutlined />}
        onClick={() => change({ summaries: 'open' })}
        data-testid="open-summaries"
        data-count={count}
      >
        {t('summaries.open', { number: count })}
      </Button>
      {shown ? (
        <Suspense fallback={null}>
          <OpenList list={open} close={() => change({ summaries: null })} />
        </Suspense>
      ) : null}
    </>
  );
}
