import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Tenant } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { useRight } from '@/shared/session/session';
import { contactId } from './trace';

/** The number that a caller withheld, for who traces malicious calls. */
export function Trace({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const [contact, setContact] = useState('');
  const [number, setNumber] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const id = contactId(contact);
  const close = () => {
    setOpen(false);
    setContact('');
    setNumber(null);
    setProblem('');
  };
  const show = async () => {
    if (!id) return;
    setBusy(true);
    setProblem('');
    try {
      const path = `/platform/tenants/${tenant.id}/interactions/${id}/withheld-caller`;
      setNumber((await api.get<{ number: string }>(path)).number);
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  if (!useRight('platform.callers')) return null;
  return (
    <>
      <Button size="small" type="text" onClick={() => setOpen(true)} data-testid="trace">
        {t('tenant.trace')}
      </Button>
      <Modal
        open={open}
        title={t('tenant.traceTitle', { name: tenant.name })}
        onCancel={close}
        footer={null}
        destroyOnHidden
      >
        <p className="hj-quiet hj-modal-lead">{t('tenant.traceLead')}</p>
        <Input.Search
          autoFocus
          aria-label={t('tenant.traceContact')}
          placeholder={t('tenant.traceContact')}
          value={contact}
          status={contact && !id ? 'error' : ''}
          enterButton={t('tenant.traceShow')}
          loading={busy}
          onChange={(event) => {
            setContact(event.target.value);
            setNumber(null);
            setProblem('');
          }}
          onSearch={() => void show()}
          data-testid="trace-contact"
        />
        <p
          role="status"
          data-testid="traced"
          className={number === null ? 'hj-check-bad' : undefined}
          style={{ minHeight: 22, marginBlock: 8 }}
        >
          {number === null ? (
            contact && !id ? (
              t('tenant.traceWrong')
            ) : (
              problem
            )
          ) : (
            <PhoneNumber value={number} />
          )}
        </p>
      </Modal>
    </>
  );
}
