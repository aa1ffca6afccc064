import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Button, Drawer, Pagination, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { MyBulletin, MyBulletins, Page } from '@/shared/api/types';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { useFocusReturns } from '@/shared/components/focus';
import { BulletinSource, UrgentTag } from './BulletinText';
import { textKey, unread, useConfirm } from './my-own';

interface Props {
  mine: UseQueryResult<MyBulletins>;
  onClose: () => void;
}

/** What the reader is to read, and on the other side what has ended. */
export function BulletinDrawer({ mine, onClose }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<'current' | 'earlier'>('current');
  useFocusReturns();
  return (
    <Drawer
      open
      size={440}
      title={t('page.bulletins')}
      onClose={onClose}
      data-testid="bulletin-drawer"
      extra={
        <Segmented
          size="small"
          value={shown}
          onChange={setShown}
          options={[
            { value: 'current', label: t('bulletin.state.current') },
            { value: 'earlier', label: t('bulletin.earlier') },
          ]}
        />
      }
    >
      {shown === 'current' ? <Current mine={mine} /> : <Earlier />}
    </Drawer>
  );
}

function Current({ mine }: { mine: UseQueryResult<MyBulletins> }) {
  const { t } = useTranslation();
  if (mine.isPending) return <LoadingView rows={6} />;
  if (mine.isError) return <ErrorView error={mine.error} retry={() => void mine.refetch()} />;
  if (mine.data.items.length === 0) return <EmptyView what={t('bulletin.noneNow')} />;
  return <Cards bulletins={mine.data.items} />;
}

function Earlier() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const size = 20;
  const found = useQuery({
    queryKey: ['/me/bulletins', 'earlier', page],
    queryFn: () => api.get<Page<MyBulletin>>('/me/bulletins/earlier', { page, page_size: size }),
  });
  if (found.isPending) return <LoadingView rows={6} />;
  if (found.isError) return <ErrorView error={found.error} retry={() => void found.refetch()} />;
  if (found.data.total === 0) return <EmptyView what={t('bulletin.noneEarlier')} />;
  return (
    <>
      <Cards bulletins={found.data.items} />
      <Pagination
        size="small"
        align="end"
        hideOnSinglePage
        current={page}
        pageSize={size}
        total={found.data.total}
        showSizeChanger={false}
        onChange={setPage}
      />
    </>
  );
}

function Cards({ bulletins }: { bulletins: MyBulletin[] }) {
  const { t } = useTranslation();
  const { busy, confirm } = useConfirm();
  return bulletins.map((one) => (
    <article
      key={textKey(one)}
      className="hj-bulletin-card"
      data-unread={unread(one)}
      data-testid="bulletin-card"
    >
      <h3>
        {one.urgent ? <UrgentTag /> : null} {one.title}
      </h3>
      <BulletinSource bulletin={one} />
      <p className="hj-bulletin-text">{one.text}</p>
      {unread(one) ? (
        <Button
          size="small"
          type="primary"
          ghost
          disabled={busy}
          onClick={() => void confirm(one)}
          data-testid="bulletin-read"
        >
          {t('bulletin.confirm')}
        </Button>
      ) : null}
    </article>
  ));
}
