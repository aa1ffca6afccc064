import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowScript } from '@/shared/api/types';

interface Props {
  script: FlowScript;
  change: (script: FlowScript) => void;
}

/** Who calls, whom, when and in which language. */
export function CallerForm({ script, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className="hj-try-caller">
      <label>
        {t('flowTest.caller')}
        <Input
          size="small"
          value={script.caller}
          maxLength={40}
          onChange={(event) => change({ ...script, caller: event.target.value })}
          data-testid="try-caller"
        />
      </label>
      <label>
        {t('flowTest.called')}
        <Input
          size="small"
          value={script.called}
          maxLength={40}
          onChange={(event) => change({ ...script, called: event.target.value })}
        />
      </label>
      <label>
        {t('flowTest.at')}
        <Input
          size="small"
          type="datetime-local"
          value={script.at ? localTime(script.at) : ''}
          onChange={({ target }) =>
            change({ ...script, at: target.value ? new Date(target.value).toISOString() : null })
          }
        />
      </label>
      <label>
        {t('flowTest.language')}
        <Select
          size="small"
          value={script.language}
          onChange={(language) => change({ ...script, language })}
          options={['zh-CN', 'zh-TW', 'en'].map((value) => ({ value, label: value }))}
        />
      </label>
    </div>
  );
}

/** As a field for date and time takes it, by the reader's clock. */
function localTime(at: string): string {
  const moment = new Date(at);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
