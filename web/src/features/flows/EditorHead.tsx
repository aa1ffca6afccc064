import {
  ArrowLeftOutlined,
  CheckCircleOutlined,
  QuestionOutlined,
  RedoOutlined,
  SaveOutlined,
  SendOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { Button, Segmented, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FlowDetail } from '@/shared/api/types';
import type { Draft } from './useDraft';

export type View = 'canvas' | 'versions' | 'json';

interface Props {
  flow: FlowDetail;
  draft: Draft;
  editable: boolean;
  view: View;
  broken: boolean;
  show: (view: View) => void;
  help: () => void;
}

/** Which flow it is, how it is looked at, and what is done with all of it. */
export function EditorHead({ flow, draft, editable, view, broken, show, help }: Props) {
  const { busy, dirty, history } = draft;
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
      <Segmented<View>
        aria-label={t('live.view')}
        value={view}
        onChange={show}
        options={[
          { value: 'canvas', label: t('flow.canvas') },
          { value: 'versions', label: t('flow.versions') },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <div className="hj-page-actions">
        <Tooltip title={`${t('flow.keys')} (?)`}>
          <Button icon={<QuestionOutlined />} onClick={help} aria-label={t('flow.keys')} />
        </Tooltip>
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
              onClick={() => void draft.check()}
              data-testid="validate"
            >
              {t('flow.check')}
            </Button>
            <Button
              icon={<SaveOutlined />}
              loading={busy === 'save'}
              disabled={!dirty || broken}
              onClick={() => void draft.save()}
              data-testid="save-draft"
            >
              {t('flow.saveDraft')}
            </Button>
            <Button
              type="primary"
              icon={<SendOutlined />}
              loading={busy === 'publish'}
              disabled={broken}
              onClick={() => void draft.publish()}
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
