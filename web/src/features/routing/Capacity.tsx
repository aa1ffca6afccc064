import { useQuery } from '@tanstack/react-query';
import { Form, InputNumber, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { CapacityProfile, Medium } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { SwitchField, TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';
import { atOnce, mediaOf, sharesOf, type Shares } from './capacity';
import './routing.css';

interface Values {
  name: string;
  is_default: boolean;
  shares: Shares;
}

const none: Medium[] = [];

/** How much agents handle at once: profiles of weights and limits, one of them for everybody. */
export function Capacity() {
  const { t } = useTranslation();
  const { data: media = none } = useQuery({
    queryKey: ['/media'],
    queryFn: () => api.get<Medium[]>('/media'),
    staleTime: Infinity,
  });
  return (
    <Catalogue<CapacityProfile, Values>
      path="/capacity-profiles"
      testId="capacity-profiles"
      title={t('page.capacity')}
      lead={t('capacity.lead')}
      nameOf={(profile) => profile.name}
      emptyWhat={t('capacity.empty')}
      emptyHow={t('capacity.emptyHow')}
      mayEdit={useRight('admin.queues')}
      width={680}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('capacity.atOnce'),
          key: 'media',
          render: (_, profile) =>
            profile.media
              .map(({ medium, weight, most }) => {
                const number = atOnce(weight, most);
                return t('capacity.beside', {
                  medium: t(`medium.${medium}`),
                  number: number === 0 ? t('capacity.none') : number,
                });
              })
              .join(' · ') || '–',
        },
        {
          title: '',
          dataIndex: 'is_default',
          render: (isDefault: boolean) =>
            isDefault ? <Tag color="blue">{t('capacity.default')}</Tag> : null,
        },
      ]}
      values={(profile) => ({
        name: profile?.name ?? '',
        is_default: profile?.is_default ?? false,
        shares: sharesOf(profile),
      })}
      body={({ shares, ...values }) => ({ ...values, media: mediaOf(shares, media) })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <SwitchField name="is_default" label={t('capacity.isDefault')} />
          <table className="hj-capacity">
            <thead>
              <tr>
                <th>{t('capacity.medium')}</th>
                <th>{t('capacity.weight')}</th>
                <th>{t('capacity.most')}</th>
                <th>{t('capacity.forCall')}</th>
                <th>{t('capacity.atOnce')}</th>
              </tr>
            </thead>
            <tbody>
              {media.map((medium) => (
                <MediumRow key={medium.name} medium={medium} />
              ))}
            </tbody>
          </table>
          <p className="hj-faint">{t('capacity.hint')}</p>
          <p className="hj-faint">{t('capacity.phone')}</p>
        </>
      )}
    />
  );
}

/** One medium's figures; an empty field is as the platform has it. */
function MediumRow({ medium }: { medium: Medium }) {
  const { t } = useTranslation();
  const name = t(`medium.${medium.name}`);
  const phone = medium.weight === 100;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Form.Item name={['shares', medium.name, 'weight']} noStyle>
          <InputNumber
            min={phone ? 51 : 1}
            max={100}
            precision={0}
            placeholder={String(medium.weight)}
            aria-label={`${name}: ${t('capacity.weight')}`}
            data-testid={`weight-${medium.name}`}
          />
        </Form.Item>
      </td>
      <td>
        <Form.Item name={['shares', medium.name, 'most']} noStyle>
          <InputNumber
            min={0}
            max={100}
            precision={0}
            placeholder={t('capacity.anyNumber')}
            aria-label={`${name}: ${t('capacity.most')}`}
          />
        </Form.Item>
      </td>
      <td>
        {phone ? (
          '–'
        ) : (
          <Form.Item
            name={['shares', medium.name, 'interruptible']}
            noStyle
            getValueProps={(own?: boolean | null) => ({ value: own?.toString() })}
            normalize={(chosen?: string) => (chosen ? chosen === 'true' : null)}
          >
            <Select
              allowClear
              placeholder={t(`capacity.${medium.interruptible ? 'aside' : 'kept'}`)}
              options={[
                { value: 'true', label: t('capacity.aside') },
                { value: 'false', label: t('capacity.kept') },
              ]}
              style={{ width: 130 }}
              aria-label={`${name}: ${t('capacity.forCall')}`}
              data-testid={`aside-${medium.name}`}
            />
          </Form.Item>
        )}
      </td>
      <td>
        <Form.Item
          noStyle
          dependencies={[
            ['shares', medium.name, 'weight'],
            ['shares', medium.name, 'most'],
          ]}
        >
          {({ getFieldValue }) => {
            const own = (getFieldValue('shares') as Shares | undefined)?.[medium.name];
            const number = atOnce(own?.weight ?? medium.weight, own?.most ?? medium.most);
            return <strong className="hj-figures">{number === 0 ? t('capacity.none') : number}</strong>;
          }}
        </Form.Item>
      </td>
    </tr>
  );
}
