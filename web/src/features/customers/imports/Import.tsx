import { useQueryClient } from '@tanstack/react-query';
import { Steps } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useAddressState } from '@/shared/components/address';
import { fileSize } from '@/shared/format/format';
import { imports, useImport } from './data';
import { Columns } from './Columns';
import { Running } from './Running';
import { StateTag } from './StateTag';
import './imports.css';

/** One file on its way: what its columns are, what the check has found, how far it is and what came of it. */
export function Import() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { text, change } = useAddressState();
  const client = useQueryClient();
  const one = useImport(id);
  const renewed = useCallback(() => client.invalidateQueries({ queryKey: [imports] }), [client]);
  const state = one.data?.state;
  const atColumns = state === 'uploaded' || (state === 'checked' && text('step') === 'columns');
  return (
    <div className="hj-page" data-testid="customer-import" data-state={state}>
      <PageHead
        title={one.data?.file_name ?? t('customerImport.page')}
        lead={
          one.data ? (
            <>
              {fileSize(one.data.size)} <StateTag one={one.data} />
            </>
          ) : null
        }
        actions={<Link to="/customers/imports">{t('customerImport.history')}</Link>}
      />
      {one.isPending ? (
        <LoadingView rows={10} />
      ) : one.isError ? (
        <ErrorView error={one.error} retry={() => void one.refetch()} />
      ) : (
        <>
          <Steps
            size="small"
            className="hj-import-steps"
            current={atColumns ? 1 : state === 'done' || state === 'taken_back' ? 3 : 2}
            status={state === 'failed' ? 'error' : undefined}
            items={(['file', 'columns', 'run'] as const).map((step) => ({
              title: t(`customerImport.step.${step}`),
            }))}
          />
          {atColumns ? (
            <Columns
              one={one.data}
              renewed={renewed}
              done={() => change({ step: null }, { replace: true })}
            />
          ) : (
            <Running one={one.data} renewed={renewed} toColumns={() => change({ step: 'columns' })} />
          )}
        </>
      )}
    </div>
  );
}
