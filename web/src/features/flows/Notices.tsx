import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowEditing } from '@/shared/api/types';
import { dateTime, timeOrDay } from '@/shared/format/time';
import type { Draft } from './useDraft';

/** What was saved meanwhile, and what this browser kept of an earlier visit. */
export function Notices({ draft, editing }: { draft: Draft; editing: FlowEditing | null }) {
  const { t } = useTranslation();
  const { kept } = draft;
  const saved = editing && editing.draft.revision > draft.base.revision ? editing.draft : null;
  return (
    <>
      {kept ? (
        <Alert
          type="info"
          showIcon
          banner
          data-testid="kept-draft"
          title={t('flow.kept', { time: dateTime(kept.at) })}
          action={
            <>
              <Button size="small" type="primary" onClick={draft.restore} data-testid="restore">
                {t('flow.restore')}
              </Button>{' '}
              <Button size="small" onClick={draft.discard}>
                {t('flow.discard')}
              </Button>
            </>
          }
        />
      ) : null}
      {saved ? (
        <Alert
          type="warning"
          showIcon
          banner
          data-testid="saved-meanwhile"
          title={t('flow.savedMeanwhile', {
            name: saved.saved_by ?? '–',
            time: saved.saved_at ? timeOrDay(saved.saved_at) : '–',
          })}
          action={
            <Button
              size="small"
              loading={draft.busy === 'compare'}
              onClick={() => void draft.compare()}
              data-testid="compare-saved"
            >
              {t('flow.compare')}
            </Button>
          }
        />
      ) : null}
    </>
  );
}
