import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAddressState } from '@/shared/components/address';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';

/** Which agents: of a skill or a group, and not heard by a supervisor today. */
export function HearFilter() {
  const { t } = useTranslation();
  const reads = useRight('config.read');
  const mayHear = useRight('supervision.listen');
  const { text, change } = useAddressState();
  const skills = useOptions('/skills', reads && mayHear);
  const groups = useOptions('/agent-groups', reads && mayHear);
  if (!mayHear) return null;
  const of = (kind: string, options: { value: string; label: string }[]) =>
    options.map(({ value, label }) => ({ value: `${kind}:${value}`, label }));
  const label = t('live.skillOrGroup');
  return (
    <>
      {reads ? (
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={label}
          aria-label={label}
          data-testid="hear-of"
          style={{ width: 170 }}
          value={text('of') || null}
          options={[
            { label: t('page.skills'), options: of('skill', skills.options) },
            { label: t('page.agentGroups'), options: of('group', groups.options) },
          ].filter((one) => one.options.length > 0)}
          onChange={(value: string | undefined) => change({ of: value })}
        />
      ) : null}
      <Checkbox
        data-testid="hear-unheard"
        checked={text('unheard') !== ''}
        onChange={({ target }) => change({ unheard: target.checked ? '1' : null })}
      >
        {t('live.unheard')}
      </Checkbox>
    </>
  );
}
