import { Button } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from './document';
import { countOf, type Difference, type FieldChange, type PartChange } from './difference';
import { KindsContext, useKindTexts } from './kinds';
import { NamesContext } from './names';
import { signs } from './NodeCard';
import { noteId, noteKey } from './notes';

interface Props {
  difference: Difference;
  chosen: ReadonlySet<string>;
  go: (key: string) => void;
}

/** What is different, each with a way to it; of what is chosen, its settings before and after. */
export function Changes({ difference, chosen, go }: Props) {
  const { t } = useTranslation();
  const title = usePartTitle(difference.both);
  const parts: [string, PartChange][] = [
    ...difference.nodes,
    ...[...difference.notes].map(([id, part]): [string, PartChange] => [noteKey(id), part]),
  ];
  return (
    <div data-testid="changes">
      <h2 className="hj-flow-side-title">{t('flow.changes', { number: countOf(difference) })}</h2>
      {countOf(difference) === 0 ? <p className="hj-faint">{t('flow.noChanges')}</p> : null}
      <ul className="hj-flow-changes">
        {difference.start ? (
          <li>
            <strong>{t('flow.start')}</strong>
            <FieldChanges both={difference.both} type="" fields={[difference.start]} />
          </li>
        ) : null}
        {parts.map(([key, { mark, fields }]) => (
          <li key={key} data-mark={mark} data-testid="change" data-id={key}>
            <Button type="link" size="small" onClick={() => go(key)}>
              <span aria-hidden>{signs[mark]}</span> {title(key)}
            </Button>
            <span className="hj-faint">{t(`flow.mark.${mark}`)}</span>
            {chosen.has(key) ? (
              <FieldChanges
                both={difference.both}
                type={difference.both.nodes[key]?.type ?? ''}
                fields={fields}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Settings, old and new. */
export function FieldChanges({
  both,
  type,
  fields,
}: {
  both: FlowDocument;
  type: string;
  fields: readonly FieldChange[];
}) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const kinds = useContext(KindsContext);
  const shown = useShownValue(both);
  const label = (name: string) => {
    if (name === 'start') return t('flow.start');
    if (name === 'text' && !type) return t('flow.note');
    const isField = name === 'label' || kinds.get(type)?.fields.some((one) => one.name === name);
    return isField
      ? texts.field(type, name)
      : texts.exit(type, { handle: name, field: name, target: null, fill: {} });
  };
  return (
    <dl className="hj-flow-values" data-testid="field-changes">
      {fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{label(field)}</dt>
          <dd>
            <del>{shown(before)}</del> → <ins>{shown(after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What a step or note is called in a list. */
export function usePartTitle(document: FlowDocument): (key: string) => string {
  const { t } = useTranslation();
  const texts = useKindTexts();
  return (key) => {
    const note = noteId(key);
    if (note !== null) return document.notes?.[note]?.text.slice(0, 40) || t('flow.note');
    const node = document.nodes[key];
    return node ? t('flow.target', { label: node.label || key, type: texts.title(node.type) }) : key;
  };
}

/** A setting as text: names for ids, labels for steps. */
function useShownValue(document: FlowDocument): (value: unknown) => string {
  const { t } = useTranslation();
  const { queues, hours, skills, sources } = useContext(NamesContext);
  const name = (text: string) =>
    [...queues, ...hours, ...skills].find((one) => one.value === text)?.label ??
    sources.find((one) => one.id === text)?.name ??
    (document.nodes[text]?.label || text);
  const shown = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return '–';
    if (typeof value === 'string') return name(value);
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
    if (typeof value === 'number') return String(value);
    if (Array.isArray(value)) return value.map(shown).join(t('common.comma')) || '–';
    return (
      Object.entries(value)
        .map(([key, one]) => `${name(key)}: ${shown(one)}`)
        .join('; ') || '–'
    );
  };
  return shown;
}
