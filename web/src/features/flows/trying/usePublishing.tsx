import { Input, Modal } from 'antd';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { FlowDetail } from '@/shared/api/types';

/** Publishes the draft of a revision. When its tests fail, asks for a reason first; null when nobody gives one. */
export function usePublishing(flowId: string): {
  publish: (revision: number) => Promise<FlowDetail | null>;
  dialog: ReactNode;
} {
  const { t } = useTranslation();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const decide = useRef<(reason: string) => void>(() => undefined);
  const answer = (said: string) => {
    setRefusal(null);
    decide.current(said);
  };
  const publish = async (revision: number) => {
    const path = `/flows/${flowId}/publish`;
    try {
      return await api.post<FlowDetail>(path, {}, { revision });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'flow_tests_fail') throw error;
      setReason('');
      setRefusal(error.message);
    }
    const said = await new Promise<string>((resolve) => (decide.current = resolve));
    return said ? api.post<FlowDetail>(path, { despite_tests: said }, { revision }) : null;
  };
  const dialog = (
    <Modal
      open={refusal !== null}
      title={t('flowTest.testsFail')}
      okText={t('flowTest.publishAnyway')}
      okButtonProps={{ danger: true, disabled: !reason.trim() }}
      cancelText={t('common.cancel')}
      onOk={() => answer(reason.trim())}
      onCancel={() => answer('')}
    >
      <p data-testid="tests-fail">{refusal}</p>
      <Input.TextArea
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        placeholder={t('flowTest.reason')}
        aria-label={t('flowTest.reason')}
        data-testid="publish-reason"
      />
    </Modal>
  );
  return { publish, dialog };
}
