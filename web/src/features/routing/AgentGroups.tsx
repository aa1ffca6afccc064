import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentGroup } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { NumberField, TextField } from '@/shared/catalogue/fields';
import { chosenName } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';
import { Adjust } from '@/shared/adjustments/Adjust';
import { useAgentOptions } from './data';

const namesShown = 4;

export function AgentGroups() {
  const { t } = useTranslation();
  const agents = useAgentOptions();
  const mayGive = useRight('live.skills');
  const [giving, setGiving] = useState<AgentGroup | null>(null);
  return (
    <>
      <Catalogue<AgentGroup, Omit<AgentGroup, 'id'>>
        path="/agent-groups"
        testId="agent-groups"
        title={t('page.agentGroups')}
        lead={t('agentGroup.lead')}
        nameOf={(group) => group.name}
        emptyWhat={t('agentGroup.empty')}
        emptyHow={t('agentGroup.emptyHow')}
        mayEdit={useRight('admin.queues')}
        width={520}
        columns={[
          { title: t('common.name'), dataIndex: 'name' },
          {
            title: t('agentGroup.size'),
            key: 'size',
            align: 'right',
            render: (_, group) => group.agent_ids.length,
          },
          {
            title: t('agentGroup.agents'),
            key: 'agents',
            render: (_, { agent_ids: ids }) => {
              const names = ids.slice(0, namesShown).map(agents.nameOf).join(' · ');
              return ids.length > namesShown
                ? t('agentGroup.andMore', { names, number: ids.length - namesShown })
                : names || '–';
            },
          },
        ]}
        rowActions={(group) =>
          mayGive && group.agent_ids.length > 0 ? (
            <Button size="small" type="text" onClick={() => setGiving(group)} data-testid="give">
              {t('temporary.give')}
            </Button>
          ) : null
        }
        values={(group) => ({
          name: group?.name ?? '',
          agent_ids: group?.agent_ids ?? [],
          most_on_break: group?.most_on_break ?? null,
        })}
        fields={() => (
          <>
            <TextField name="name" label={t('common.name')} required max={60} />
            <Form.Item name="agent_ids" label={t('agentGroup.agents')} extra={t('agentGroup.agentsHint')}>
              <Select
                mode="multiple"
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                options={agents.options}
                labelRender={chosenName}
                placeholder={t('common.none')}
                data-testid="field-agent_ids"
              />
            </Form.Item>
            <NumberField
              name="most_on_break"
              label={t('agentGroup.mostOnBreak')}
              extra={t('agentGroup.mostOnBreakHint')}
              min={0}
              max={10_000}
              required={false}
            />
          </>
        )}
      />
      {giving ? (
        <Adjust
          title={t('temporary.titleOf', { name: giving.name })}
          groupIds={[giving.id]}
          onClose={() => setGiving(null)}
        />
      ) : null}
    </>
  );
}
