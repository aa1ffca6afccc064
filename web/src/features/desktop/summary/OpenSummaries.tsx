import { FormOutlined } from '@ant-design/icons';
import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Interaction, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { piece } from '@/shared/pieces/piece';

const OpenList = piece(() => import('./OpenList'));

/** How many contacts I have still to write of, and the way to them. */
export default function OpenSummaries({ list }: { list: UseQueryResult<Page<Interaction>> }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const count = list.data?.total ?? 0;
  return (
    <>
      <Button
        size="small"
        icon={<FormOutlined aria-hidden />}
        onClick={() => change({ summaries: 'open' })}
        data-testid="open-summaries"
        data-count={count}
      >
        {t('summaries.open', { number: count })}
      </Button>
      {text('summaries') === 'open' ? (
        <Suspense fallback={null}>
          <OpenList list={list} close={() => change({ summaries: null })} />
        </Suspense>
      ) : null}
    </>
  );
}
