import { Button, Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './errors';
import { Notice } from './Notice';

export function PageHead({
  title,
  lead,
  actions,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="hj-page-head">
      <h1>{title}</h1>
      {lead ? <span className="hj-page-lead">{lead}</span> : null}
      {actions ? <div className="hj-page-actions">{actions}</div> : null}
    </header>
  );
}

export function LoadingView({ rows = 6 }: { rows?: number }) {
  return (
    <div className="hj-panel hj-panel-body" aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

export function ErrorView({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  return (
    <div className="hj-panel" role="alert">
      <Notice
        title={text(error)}
        action={retry ? <Button onClick={retry}>{t('common.retry')}</Button> : null}
      />
    </div>
  );
}

/** An empty list says what would be here and how to get it. */
export function EmptyView({ what, how, action }: { what: string; how?: string; action?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div>{what}</div>
          {how ? <div className="hj-faint">{how}</div> : null}
        </>
      }
    >
      {action}
    </Empty>
  );
}
