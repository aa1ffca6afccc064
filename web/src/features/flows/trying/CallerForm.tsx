import { Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { FlowScript } from '@/shared/api/types';
import { asZoned, zoned } from '@/shared/format/time';
import { spokenLanguages } from '@/shared/i18n';

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
          onChange={({ target }) => change({ ...script, at: moment(target.value) })}
        />
      </label>
      <label>
        {t('flowTest.language')}
        <Select
          size="small"
          value={script.language}
          onChange={(language) => change({ ...script, language })}
          options={Object.entries(spokenLanguages).map(([value, label]) => ({ value, label }))}
        />
      </label>
    </div>
  );
}

/** As a field for date and time takes it, by the tenant's clock. */
function localTime(at: string): string {
  return zoned(at).format('YYYY-MM-DDTHH:mm');
}

/** The moment of what such a field gives; none while it is empty. */
function moment(typed: string): string | null {
  return typed ? asZoned(dayjs(typed)).toISOString() : null;
}
