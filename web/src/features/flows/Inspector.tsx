import { DeleteOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowProblem } from '@/shared/api/types';
import '@/shared/catalogue/catalogue.css';
import { exitsOf, withExit, type FlowDocument, type FlowNode } from './document';
import { FieldForm } from './FieldForm';
import { KindsContext, useKindTexts } from './kinds';
import { ownForms } from './nodes';

interface Props {
  document: FlowDocument;
  id: string;
  problems?: readonly FlowProblem[];
  /** To change it; without, it is only looked at. */
  edit?: {
    change: (node: FlowNode) => void;
    makeStart: () => void;
    remove: () => void;
  };
}

/** The chosen step's settings: a field each, as its kind says, then the ways out. */
export function Inspector({ document, id, problems = [], edit }: Props) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const kinds = useContext(KindsContext);
  const change = edit?.change ?? (() => undefined);
  const node = document.nodes[id];
  const kind = kinds.get(node?.type ?? '');
  if (!node || !kind) return null;
  const targets = Object.entries(document.nodes)
    .filter(([other]) => other !== id)
    .map(([other, one]) => ({
      value: other,
      label: t('flow.target', { label: one.label || other, type: texts.title(one.type) }),
    }));
  const exits = exitsOf(node, kinds);
  return (
    <Form layout="vertical" size="middle" disabled={!edit} className="hj-inspector" data-testid="inspector">
      {problems.map(({ severity, message, field }) => (
        <Alert key={`${message} ${field ?? ''}`} type={severity} showIcon title={message} />
      ))}
      <p className="hj-inspector-help hj-faint">{texts.help(kind.type)}</p>
      <Form.Item
        label={texts.field(kind.type, 'label')}
        extra={<span className="hj-mono hj-faint">{id}</span>}
      >
        <Input
          value={node.label ?? ''}
          onChange={(event) => change({ ...node, label: event.target.value })}
        />
      </Form.Item>
      {kind.fields.map((field) => {
        const Own = ownForms[`${kind.type}.${field.name}`] ?? FieldForm;
        return <Own key={field.name} kind={kind} field={field} node={node} change={change} />;
      })}
      {kind.makes.length > 0 ? (
        <p className="hj-quiet">
          {t('flow.givesVariables')}{' '}
          <span className="hj-mono">{kind.makes.map((name) => `vars.${name}`).join(', ')}</span>
        </p>
      ) : null}
      {exits.length > 0 ? <h3 className="hj-form-section">{t('flow.waysOut')}</h3> : null}
      {exits.map((exit) => (
        <Form.Item key={exit.handle} label={texts.exit(kind.type, exit)}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            value={exit.target ?? undefined}
            placeholder={t('flow.nowhere')}
            options={targets}
            onChange={(value: string | undefined) =>
              change(withExit(node, exit.handle, value ?? null, kinds))
            }
          />
        </Form.Item>
      ))}
      {edit ? (
        <div className="hj-inspector-foot">
          <Button size="small" disabled={document.start === id} onClick={edit.makeStart}>
            {t('flow.makeStart')}
          </Button>
          <Button
            size="small"
            danger
            icon={<DeleteOutlined />}
            disabled={document.start === id}
            onClick={edit.remove}
          >
            {t('common.delete')}
          </Button>
        </div>
      ) : null}
    </Form>
  );
}
