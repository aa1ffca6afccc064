import { Button, Dropdown, Form, Input, TreeSelect, type GetRef } from 'antd';
import { useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { SummaryForm } from '@/shared/api/types';
import { nowZoned } from '@/shared/format/time';
import { useSession } from '@/shared/session/session';
import './summary.css';
import {
  branches,
  choices,
  expanded,
  filled,
  fitting,
  found,
  resultOf,
  type Choice,
  type Places,
} from './choices';
import type { Draft } from '../noteDraft';

export const longestNote = 4000;

export type Errors = Partial<Record<keyof Draft, string>>;
export type NoteRef = GetRef<typeof Input.TextArea>;
export type ResultRef = GetRef<typeof TreeSelect>;

interface Props {
  form: SummaryForm | undefined;
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  errors: Errors;
  customer: string;
  number: string;
  queue: string;
  /** What an empty note says. */
  hint: string;
  /** What is typed in the field of the result and not chosen yet. */
  typed: string;
  type: (typed: string) => void;
  note?: RefObject<NoteRef | null>;
  result?: RefObject<ResultRef | null>;
}

/** Which of the required fields are empty. */
export function missing(form: SummaryForm | undefined, draft: Draft): (keyof Draft)[] {
  const needed: [keyof Draft, boolean | undefined][] = [
    ['disposition_id', form?.disposition_required],
    ['note', form?.note_required],
  ];
  return needed.filter(([name, required]) => required && !draft[name]?.trim()).map(([name]) => name);
}

/** Result and note of a contact: the tree that is offered, found by typing, and texts to insert. */
export function SummaryFields({
  form,
  draft,
  change,
  errors,
  customer,
  number,
  queue,
  hint,
  typed,
  type,
  note,
  result,
}: Props) {
  const { t } = useTranslation();
  const { account } = useSession();
  const area = useRef<NoteRef>(null);
  const own = note ?? area;
  const dispositions = useMemo(() => form?.dispositions ?? [], [form]);
  const tree = useMemo(
    () => choices(dispositions, form?.recent_ids ?? [], t('wrapUp.recent')),
    [dispositions, form, t],
  );
  const offer = useMemo(() => (typed.trim() ? found(tree, typed) : tree), [tree, typed]);
  // All is open, also what comes later, but what the user shuts.
  const above = useMemo(() => branches(tree), [tree]);
  const [shut, setShut] = useState<string[]>([]);
  const templates = fitting(form?.templates ?? [], dispositions, draft.disposition_id);
  const places = (): Places => {
    const now = nowZoned();
    const [date, time] = [now.format('YYYY-MM-DD'), now.format('HH:mm')];
    return { customer: customer || number, number, queue, agent: account.name, date, time };
  };
  const write = (text: string, caret: number) => {
    change({ note: text });
    // The field has the new text after the next drawing.
    requestAnimationFrame(() => {
      own.current?.focus();
      own.current?.resizableTextArea?.textArea.setSelectionRange(caret, caret);
    });
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key !== 'Tab' && event.key !== 'Enter') return;
    const next = expanded(draft.note, event.currentTarget.selectionStart, templates, places());
    if (!next) return;
    event.preventDefault();
    write(next.note, next.caret);
  };
  const insert = (id: string) => {
    const template = templates.find((one) => one.id === id);
    if (!template) return;
    const text = [draft.note.trimEnd(), filled(template.text, places())].filter(Boolean).join('\n');
    write(text, text.length);
  };
  const state = (name: keyof Draft) => (errors[name] ? 'error' : undefined);
  const offered = dispositions.some((one) => one.id === draft.disposition_id);
  return (
    <Form layout="vertical">
      <Form.Item
        label={t('wrapUp.disposition')}
        htmlFor="disposition"
        required={form?.disposition_required}
        validateStatus={state('disposition_id')}
        help={errors.disposition_id}
      >
        {/* What is typed is kept when the list shuts: it is either chosen or cleared, never lost. */}
        <div onChange={(event) => type((event.target as HTMLInputElement).value)}>
          <TreeSelect<string, Choice>
            id="disposition"
            ref={result}
            data-testid="disposition"
            showSearch={{ searchValue: typed, filterTreeNode: false, treeNodeFilterProp: 'search' }}
            allowClear={!form?.disposition_required}
            onClear={() => type('')}
            treeExpandedKeys={above.filter((one) => !shut.includes(one))}
            onTreeExpand={(open) => setShut(above.filter((one) => !open.includes(one)))}
            treeNodeLabelProp="path"
            placeholder={t('wrapUp.dispositionHint')}
            treeData={offer}
            value={offered ? draft.disposition_id : undefined}
            onChange={(value: string | undefined) => {
              type('');
              change({ disposition_id: value ? resultOf(value) : undefined });
              // The note is next.
              if (value) requestAnimationFrame(() => own.current?.focus());
            }}
            notFoundContent={t('wrapUp.noDispositions')}
          />
        </div>
      </Form.Item>
      <Form.Item
        label={t('wrapUp.note')}
        htmlFor="note"
        required={form?.note_required}
        validateStatus={state('note')}
        help={errors.note}
      >
        <Input.TextArea
          id="note"
          ref={own}
          data-testid="note"
          autoSize={{ minRows: 4, maxRows: 10 }}
          maxLength={longestNote}
          placeholder={hint}
          value={draft.note}
          onKeyDown={keys}
          onChange={(event) => change({ note: event.target.value })}
        />
        {templates.length > 0 ? (
          <div className="hj-note-templates">
            <Dropdown
              trigger={['click']}
              menu={{
                items: templates.map((one) => ({
                  key: one.id,
                  label: (
                    <>
                      {one.name} <span className="hj-faint">/{one.shortcut}</span>
                    </>
                  ),
                })),
                onClick: ({ key }) => insert(key),
              }}
            >
              <Button type="link" size="small" data-testid="note-templates">
                {t('wrapUp.templates')}
              </Button>
            </Dropdown>
            <span className="hj-faint">{t('wrapUp.templatesHint')}</span>
          </div>
        ) : null}
      </Form.Item>
    </Form>
  );
}
