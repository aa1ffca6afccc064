import {
  ArrowLeftOutlined,
  CheckCircleOutlined,
  RedoOutlined,
  SaveOutlined,
  SendOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { Button, Segmented, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FlowDetail } from '@/shared/api/types';
import type { useHistory } from './history';

interface Props {
  flow: FlowDetail;
  dirty: boolean;
  editable: boolean;
  asJson: boolean;
  broken: boolean;
  busy: 'save' | 'validate' | 'publish' | null;
  history: Pick<ReturnType<typeof useHistory>, 'canUndo' | 'canRedo' | 'undo' | 'redo'>;
  showJson: (json: boolean) => void;
  check: () => Promise<void>;
  save: () => Promise<void>;
  publish: () => Promise<void>;
}

/** Which flow it is, how it is looked at, and what is done with all of it. */
export function EditorHead({
  flow,
  dirty,
  editable,
  asJson,
  broken,
  busy,
  history,
  showJson,
  check,
  save,
  publish,
}: Props) {
  const { t } = useTranslation();
  return (
    <header className="hj-flow-head">
      <Link to="/admin/flows">
        <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t('page.flows')} />
      </Link>
      <h1>{flow.name}</h1>
      <Tag>
        {flow.published_version === null
          ? t('flow.neverPublished')
          : t('flow.version', { number: flow.published_version })}
      </Tag>
      {dirty ? <Tag color="orange">{t('flow.unsaved')}</Tag> : null}
      <Segmented
        aria-label={t('live.view')}
        value={asJson ? 'json' : 'canvas'}
        onChange={(value) => showJson(value === 'json')}
        options={[
          { value: 'canvas', label: t('flow.canvas') },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <div className="hj-page-actions">
        {editable ? (
          <>
            <Tooltip title={`${t('flow.undo')} (Ctrl+Z)`}>
              <Button
                icon={<UndoOutlined />}
                disabled={!history.canUndo}
                onClick={history.undo}
                aria-label={t('flow.undo')}
              />
            </Tooltip>
            <Tooltip title={`${t('flow.redo')} (Ctrl+Shift+Z)`}>
              <Button
                icon={<RedoOutlined />}
                disabled={!history.canRedo}
                onClick={history.redo}
                aria-label={t('flow.redo')}
              />
            </Tooltip>
            <Button
              icon={<CheckCircleOutlined />}
              loading={busy === 'validate'}
              onClick={check}
              data-testid="validate"
            >
              {t('flow.check')}
            </Button>
            <Button
              icon={<SaveOutlined />}
              loading={busy === 'save'}
              disabled={!dirty || broken}
              onClick={save}
              data-testid="save-draft"
            >
              {t('flow.saveDraft')}
            </Button>
            <Button
              type="primary"
              icon={<SendOutlined />}
              loading={busy === 'publish'}
              disabled={broken}
              onClick={publish}
              data-testid="publish"
            >
              {t('flow.publish')}
            </Button>
          </>
        ) : null}
      </div>
    </header>
  );
}
