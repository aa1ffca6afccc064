import { Alert, Button, DatePicker, Form, Input, Popconfirm, Radio, Segmented, Select, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api } from '@/shared/api/client';
import type { Bulletin, BulletinIn, Person } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { SwitchField, TextField } from '@/shared/catalogue/fields';
import { chosenName, useOptions } from '@/shared/catalogue/useOptions';
import { useAddressState } from '@/shared/components/address';
import { useAct } from '@/shared/components/errors';
import { asZoned, dateTime, forPicker } from '@/shared/format/time';
import { useSession } from '@/shared/session/session';
import { UrgentTag } from './BulletinText';
import { EarlierTexts, Readers } from './BulletinHistory';
import './bulletins.css';

const audiences = ['all', 'groups', 'persons'] as const;
const states = ['current', 'planned', 'ended', 'withdrawn'] as const;
const colours = { current: 'green', planned: 'blue', ended: 'default', withdrawn: 'default' } as const;
const namesShown = 3;

interface Values extends Omit<BulletinIn, 'begins_at' | 'ends_at' | 'group_ids' | 'account_ids'> {
  begins: Dayjs | null;
  ends: Dayjs | null;
  group_ids?: string[];
  account_ids?: string[];
}

const moment = (picked: Dayjs | null): string | null => (picked ? asZoned(picked).toISOString() : null);
const picked = (value: string | null | undefined): Dayjs | null => (value ? forPicker(value) : null);
const over = ({ state }: Bulletin): boolean => state === 'ended' || state === 'withdrawn';
const begun = (bulletin: Bulletin | null): boolean => bulletin !== null && bulletin.state !== 'planned';

/** What is published to whom, and who has read it. */
export function Bulletins() {
  const { t } = useTranslation();
  const { rights } = useSession();
  const { text, change } = useAddressState();
  const [readersOf, setReadersOf] = useState<Bulletin | null>(null);
  const mine = audiences.filter((audience) => rights.includes(`bulletins.${audience}`));
  const mayChange = (one: Bulletin) => !over(one) && mine.includes(one.audience);
  const state = text('state');
  return (
    <>
      <Catalogue<Bulletin, Values>
        path="/bulletins"
        testId="bulletins"
        title={t('page.bulletins')}
        lead={t('bulletin.lead')}
        nameOf={(one) => one.title}
        emptyWhat={t('bulletin.empty')}
        emptyHow={t('bulletin.emptyHow')}
        mayEdit={mine.length > 0}
        mayChange={mayChange}
        mayDelete={false}
        filter={{ state }}
        width={560}
        top={
          <div className="hj-filters">
            <Segmented
              value={state}
              onChange={(wanted) => change({ state: wanted, page: null })}
              options={[
                { value: '', label: t('common.all') },
                ...states.map((one) => ({ value: one, label: t(`bulletin.state.${one}`) })),
              ]}
            />
          </div>
        }
        columns={[
          {
            title: t('bulletin.title'),
            key: 'title',
            render: (_, one) => (
              <span className="hj-bulletin-cell" title={one.title}>
                {one.urgent ? <UrgentTag /> : null} {one.title}
              </span>
            ),
          },
          {
            title: t('bulletin.stateTitle'),
            key: 'state',
            render: (_, one) => (
              <Tag color={colours[one.state]} data-testid="bulletin-state">
                {t(`bulletin.state.${one.state}`)}
              </Tag>
            ),
          },
          { title: t('bulletin.audience'), key: 'audience', render: (_, one) => <Audience bulletin={one} /> },
          {
            title: t('bulletin.valid'),
            key: 'valid',
            className: 'hj-nowrap',
            render: (_, one) => (
              <>
                {dateTime(one.begins_at)}
                <div className="hj-faint">
                  {one.ends_at
                    ? t('bulletin.until', { time: dateTime(one.ends_at) })
                    : t('bulletin.longTerm')}
                </div>
              </>
            ),
          },
          {
            title: t('bulletin.author'),
            key: 'author',
            render: (_, one) => (
              <span className="hj-bulletin-cell hj-bulletin-cell-narrow" title={one.author_name}>
                {one.author_name}
              </span>
            ),
          },
        ]}
        rowActions={(one) => (
          <>
            <Button size="small" type="text" onClick={() => setReadersOf(one)} data-testid="bulletin-readers">
              {t('bulletin.readOf', { read: one.read, addressed: one.addressed })}
            </Button>
            {mayChange(one) ? <Withdraw bulletin={one} /> : null}
          </>
        )}
        panelTop={(one) => (
          <>
            {over(one) ? (
              <Alert
                type="info"
                showIcon
                title={
                  one.withdrawn_at
                    ? t('bulletin.withdrawnBy', {
                        name: one.withdrawn_by_name,
                        time: dateTime(one.withdrawn_at),
                      })
                    : t('bulletin.endedAt', { time: dateTime(one.ends_at) })
                }
              />
            ) : one.state === 'current' ? (
              <p className="hj-faint">{t('bulletin.changeHint')}</p>
            ) : null}
            <EarlierTexts bulletin={one} />
          </>
        )}
        values={(one) => ({
          title: one?.title ?? '',
          text: one?.text ?? '',
          urgent: one?.urgent ?? false,
          audience: one?.audience ?? (text('agent') ? 'persons' : mine[0]),
          group_ids: one?.audience === 'groups' ? one.addressees.map(({ id }) => id) : [],
          account_ids: one?.audience === 'persons' ? one.addressees.map(({ id }) => id) : [],
          begins: picked(one?.begins_at),
          ends: picked(one?.ends_at),
        })}
        body={({ begins, ends, group_ids: groups, account_ids: persons, ...values }, one) => ({
          ...values,
          revision: one?.revision,
          group_ids: values.audience === 'groups' ? groups : [],
          account_ids: values.audience === 'persons' ? persons : [],
          begins_at: begun(one) ? null : moment(begins),
          ends_at: moment(ends),
        })}
        fieldOf={(field) => [{ begins_at: 'begins', ends_at: 'ends' }[field] ?? field]}
        fields={(one) => (
          <>
            <TextField name="title" label={t('bulletin.title')} required max={100} />
            <Form.Item
              name="text"
              label={t('bulletin.text')}
              rules={[{ required: true, whitespace: true, message: t('common.required') }]}
            >
              <Input.TextArea
                autoSize={{ minRows: 5, maxRows: 14 }}
                maxLength={5000}
                data-testid="field-text"
              />
            </Form.Item>
            <SwitchField name="urgent" label={t('bulletin.urgent')} extra={t('bulletin.urgentHint')} />
            <Form.Item name="audience" label={t('bulletin.audience')}>
              <Radio.Group
                options={(one ? audiences : mine).map((audience) => ({
                  value: audience,
                  label: t(`bulletin.to.${audience}`),
                  disabled: !mine.includes(audience),
                }))}
              />
            </Form.Item>
            <Addressees />
            <div className="hj-bulletin-times">
              <Time name="begins" empty={t('bulletin.atOnce')} disabled={begun(one)} />
              <Time name="ends" empty={t('bulletin.longTerm')} />
            </div>
          </>
        )}
      />
      {readersOf ? <Readers bulletin={readersOf} onClose={() => setReadersOf(null)} /> : null}
    </>
  );
}

function Audience({ bulletin }: { bulletin: Bulletin }) {
  const { t } = useTranslation();
  if (bulletin.audience === 'all') return t('bulletin.to.all');
  const names = bulletin.addressees.map(({ name }) => name);
  const some = names.slice(0, namesShown).join(' · ');
  return (
    <span className="hj-bulletin-cell hj-bulletin-cell-narrow" title={names.join(' · ')}>
      {names.length > namesShown
        ? t('agentGroup.andMore', { names: some, number: names.length - namesShown })
        : some}
    </span>
  );
}

/** The groups or persons, by what is chosen above. */
function Addressees() {
  const { t } = useTranslation();
  const audience = Form.useWatch<BulletinIn['audience']>('audience');
  const groups = useOptions('/agent-groups', audience === 'groups');
  const people = useQuery({
    queryKey: ['/people', 'all'],
    queryFn: () => all<Person>('/people'),
    enabled: audience === 'persons',
  });
  // Written from an agent's own panel: to that agent.
  const form = Form.useFormInstance<Values>();
  const { text, change } = useAddressState();
  const meant = people.data?.find(({ agent }) => agent !== null && agent.number === text('agent'))?.id;
  useEffect(() => {
    if (!meant) return;
    form.setFieldValue('account_ids', [meant]);
    change({ agent: null }, { replace: true });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the person is known
  }, [meant]);
  if (audience !== 'groups' && audience !== 'persons') return null;
  const options =
    audience === 'groups'
      ? groups.options
      : (people.data ?? [])
          .filter(({ disabled }) => !disabled)
          .map(({ id, name, agent }) => ({ value: id, label: agent ? `${name} ${agent.number}` : name }));
  const name = audience === 'groups' ? 'group_ids' : 'account_ids';
  return (
    <Form.Item
      key={name}
      name={name}
      label={t(`bulletin.to.${audience}`)}
      rules={[{ required: true, message: t('common.required') }]}
    >
      <Select
        mode="multiple"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        options={options}
        labelRender={chosenName}
        placeholder={t('common.none')}
        data-testid={`field-${name}`}
      />
    </Form.Item>
  );
}

function Time({ name, empty, disabled }: { name: 'begins' | 'ends'; empty: string; disabled?: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={t(`bulletin.${name}`)}>
      <DatePicker
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        needConfirm={false}
        placeholder={empty}
        disabled={disabled}
        style={{ width: '100%' }}
        data-testid={`field-${name}`}
      />
    </Form.Item>
  );
}

function Withdraw({ bulletin }: { bulletin: Bulletin }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const queries = useQueryClient();
  return (
    <Popconfirm
      title={t('bulletin.withdrawTitle', { title: bulletin.title })}
      description={t('bulletin.withdrawText')}
      okText={t('bulletin.withdraw')}
      okButtonProps={{ danger: true }}
      onConfirm={() =>
        run(async () => {
          await api.post(`/bulletins/${bulletin.id}/withdraw`);
          await queries.invalidateQueries({ queryKey: ['/bulletins'] });
        })
      }
    >
      <Button size="small" type="text" danger loading={busy} data-testid="withdraw">
        {t('bulletin.withdraw')}
      </Button>
    </Popconfirm>
  );
}
