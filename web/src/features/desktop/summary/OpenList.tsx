import type { UseQueryResult } from '@tanstack/react-query';
import { App, Button, Collapse, Drawer, Tag } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { Interaction, Page } from '@/shared/api/types';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';
import { useSession } from '@/shared/session/session';
import type { Draft } from '../noteDraft';
import { missing, SummaryFields, type Errors } from './SummaryFields';
import { useSummaryForm } from './useSummaryForm';

/** The contacts that I have still to write of, the oldest first; each can be written here. */
export default function OpenList({
  list,
  close,
}: {
  list: UseQueryResult<Page<Interaction>>;
  close: () => void;
}) {
  const { t } = useTranslation();
  // The list follows the ledger a moment later: what is written is away at once.
  const [written, setWritten] = useState<string[]>([]);
  const items = list.data?.items.filter((one) => !written.includes(one.id)) ?? [];
  return (
    <Drawer open size={560} title={t('summaries.title')} onClose={close} data-testid="open-list">
      {list.isPending ? (
        <LoadingView rows={4} />
      ) : list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <EmptyView what={t('summaries.none')} how={t('summaries.noneHow')} />
      ) : (
        <Collapse
          accordion
          defaultActiveKey={items[0]?.id}
          destroyOnHidden
          items={items.map((one) => ({
            key: one.id,
            label: <Head one={one} />,
            children: (
              <Complete
                one={one}
                done={() => {
                  setWritten((before) => [...before, one.id]);
                  void list.refetch();
                }}
              />
            ),
          }))}
        />
      )}
    </Drawer>
  );
}

function Head({ one }: { one: Interaction }) {
  const { t } = useTranslation();
  const { agent } = useSession();
  const lacks = one.summary_due[agent?.id ?? ''] ?? [];
  return (
    <span className="hj-open-summary" data-testid="open-summary" data-id={one.id}>
      <span className="hj-figures">{dateTime(one.started_at)}</span>
      <CallerNumber value={one.caller} medium={one.medium} />
      <span className="hj-quiet hj-ellipsis">
        {one.queue_name ?? t(`direction.${one.direction as 'outbound'}`)}
      </span>
      <span>
        {lacks.map((name) => (
          <Tag key={name} color="orange">
            {t(name === 'note' ? 'wrapUp.note' : 'wrapUp.disposition')}
          </Tag>
        ))}
      </span>
    </span>
  );
}

function Complete({ one, done }: { one: Interaction; done: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const form = useSummaryForm(one.id);
  const errorText = useErrorText();
  const report = useReportError();
  const { agent } = useSession();
  const [draft, setDraft] = useState<Draft>({
    disposition_id: one.disposition_id ?? undefined,
    note: one.note ?? '',
  });
  const [errors, setErrors] = useState<Errors>({});
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  if (form.isPending) return <LoadingView rows={3} />;
  if (form.isError) return <ErrorView error={form.error} retry={() => void form.refetch()} />;
  const lacks = one.summary_due[agent?.id ?? ''] ?? [];
  const needed = {
    ...form.data,
    disposition_required: lacks.includes('disposition_id'),
    note_required: lacks.includes('note'),
  };
  const save = async () => {
    if (typed.trim()) {
      setErrors({ disposition_id: t('wrapUp.notChosen', { typed }) });
      return;
    }
    const empty = missing(needed, draft);
    setErrors(Object.fromEntries(empty.map((name) => [name, t('common.required')])));
    if (empty.length > 0) return;
    setBusy(true);
    try {
      await api.put(`/me/interactions/${one.id}/summary`, draft);
      message.success(t('summaries.saved'));
      done();
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      if (field === 'disposition_id' || field === 'note') setErrors({ [field]: errorText(error) });
      else report(error);
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // the list of results opens by Enter
    void save();
  };
  return (
    <div onKeyDownCapture={keys} data-testid="complete">
      <SummaryFields
        form={needed}
        draft={draft}
        change={(change) => {
          setDraft((before) => ({ ...before, ...change }));
          setErrors({});
        }}
        errors={errors}
        customer=""
        number={one.caller}
        queue={one.queue_name ?? ''}
        hint={t('summaries.noteHint')}
        typed={typed}
        type={(text) => {
          setTyped(text);
          setErrors({});
        }}
      />
      <Button type="primary" loading={busy} onClick={() => void save()} data-testid="complete-save">
        {t('common.save')} <span className="hj-keys">Ctrl+Enter</span>
      </Button>
    </div>
  );
}
