import {
  ArrowLeftOutlined,
  CheckCircleOutlined,
  PlayCircleOutlined,
  QuestionOutlined,
  RedoOutlined,
  SaveOutlined,
  SendOutlined,
  TeamOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { Button, Segmented, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FlowDetail, FlowEditing } from '@/shared/api/types';
import { timeOrDay } from '@/shared/format/time';
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
  tryIt: () => void;
  others: FlowEditing['others'];
}

/** Which flow it is, how it is looked at, and what is done with all of it. */
export function EditorHead({ flow, draft, editable, view, broken, show, help, tryIt, others }: Props) {
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
      <Others others={others} />
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
            <Button icon={<PlayCircleOutlined />} onClick={tryIt} data-testid="try-flow">
              {t('flowTest.try')}
            </Button>
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

/** Who else has the flow open, and whether they change it. */
function Others({ others }: Pick<Props, 'others'>) {
  const { t } = useTranslation();
  const [first] = others;
  if (!first) return null;
  const nameOf = ({ own, name }: (typeof others)[number]) => (own ? t('flow.yourself') : name);
  const sentences = others.map((one) =>
    t(one.unsaved ? 'flow.otherChanges' : 'flow.otherLooks', {
      name: nameOf(one),
      time: timeOrDay(one.since),
    }),
  );
  return (
    <Tooltip title={sentences.join(t('common.comma'))}>
      <Tag
        className="hj-flow-others"
        icon={<TeamOutlined />}
        color={others.some((one) => one.unsaved) ? 'orange' : 'blue'}
        role="status"
        tabIndex={0}
        data-testid="others"
      >
        {others.length === 1
          ? nameOf(first)
          : t('flow.others', { name: nameOf(first), number: others.length })}
      </Tag>
    </Tooltip>
  );
}
