import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHead } from '@/shared/components/Views';
import type { Draft } from './draft';

/** The head of a screen whose changes are saved together. */
export function DraftHead<T>({
  title,
  lead,
  back,
  draft,
  mayEdit,
  actions,
}: {
  title: ReactNode;
  lead: ReactNode;
  back?: { to: string; label: string };
  draft: Draft<T>;
  mayEdit: boolean;
  actions?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="hj-draft-head">
      <PageHead
        title={
          <>
            {back ? (
              <Link to={back.to}>
                <Button type="text" icon={<ArrowLeftOutlined />} aria-label={back.label} tabIndex={-1} />
              </Link>
            ) : null}
            {title}
          </>
        }
        lead={lead}
        actions={
          mayEdit ? (
            <>
              {draft.dirty ? <Tag color="orange">{t('routing.unsaved')}</Tag> : null}
              {actions}
              <Button disabled={!draft.dirty} onClick={draft.discard} data-testid="discard">
                {t('routing.discard')}
              </Button>
              <Button
                type="primary"
                disabled={!draft.dirty}
                loading={draft.busy}
                onClick={() => void draft.save()}
                data-testid="save"
              >
                {t('common.save')}
              </Button>
            </>
          ) : null
        }
      />
    </div>
  );
}
