import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { FlowScript, FlowWalk } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';

interface Props {
  flowId: string;
  walk: FlowWalk;
  script: FlowScript;
}

// How a call ends that goes on.
const stillWaiting = '';

/** Keeps the walk as a test: the same inputs must come to the same path and values. */
export function SaveTest({ flowId, walk, script }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const queryClient = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const [withPath, setWithPath] = useState(true);
  const [variables, setVariables] = useState<string[]>([]);
  const offered = Object.entries(walk.variables).filter(([, value]) => isPlain(value));
  const save = async () => {
    const chosen = Object.fromEntries(variables.map((one) => [one, walk.variables[one]]));
    try {
      await api.post(`/flows/${flowId}/tests`, {
        name,
        // Business hours are those of the time that was tried, whenever the test runs.
        script: { ...script, at: script.at ?? new Date().toISOString() },
        expected: { path: withPath ? walk.path : null, variables: chosen, ended: walk.ended ?? stillWaiting },
      });
      await queryClient.invalidateQueries({ queryKey: ['flow-tests', flowId] });
      setName(null);
      message.success(t('common.saved'));
    } catch (error) {
      report(error);
    }
  };
  return (
    <>
      <Button
        size="small"
        disabled={walk.misfit !== null || walk.cut_off}
        onClick={() => {
          setVariables([]);
          setName('');
        }}
        data-testid="save-test"
      >
        {t('flowTest.save')}
      </Button>
      <Modal
        open={name !== null}
        title={t('flowTest.save')}
        okText={t('common.save')}
        cancelText={t('common.cancel')}
        okButtonProps={{ disabled: !name?.trim() }}
        onOk={() => void save()}
        onCancel={() => setName(null)}
      >
        <p className="hj-faint">{t('flowTest.saveLead')}</p>
        <Input
          value={name ?? ''}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
          placeholder={t('common.name')}
          aria-label={t('common.name')}
          data-testid="test-name"
        />
        <p>
          <Checkbox checked={withPath} onChange={(event) => setWithPath(event.target.checked)}>
            {t('flowTest.samePath')}
          </Checkbox>
        </p>
        {offered.length > 0 ? (
          <Checkbox.Group
            value={variables}
            onChange={setVariables}
            options={offered.map(([value, found]) => ({
              value,
              label: `${value} = ${JSON.stringify(found)}`,
            }))}
          />
        ) : null}
      </Modal>
    </>
  );
}

/** Lists and maps are not compared by a test. */
const isPlain = (value: unknown) => value === null || typeof value !== 'object';
