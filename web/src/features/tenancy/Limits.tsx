import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Tenant, TenantLimits, TenantUse } from '@/shared/api/types';
import { NumberField } from '@/shared/catalogue/fields';
import { useErrorText } from '@/shared/components/errors';

const kinds = ['agents', 'calls', 'waiting', 'waiting_web', 'chats'] as const;
const everySeconds = 5;

/** What is limited, in a line. */
export function Limited(limits: TenantLimits) {
  const { t } = useTranslation();
  const set = kinds.flatMap((kind) => {
    const number = limits[kind];
    return typeof number === 'number' ? [t(`tenant.limit.short.${kind}`, { count: number })] : [];
  });
  return set.length > 0 ? set.join(' · ') : <span className="hj-faint">{t('tenant.limit.none')}</span>;
}

/** How much the tenant may have at the same time, beside what it has now. */
export function LimitFields({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const path = `/platform/tenants/${tenant.id}/use`;
  const use = useQuery({
    queryKey: [path],
    queryFn: () => api.get<TenantUse>(path),
    refetchInterval: everySeconds * 1000,
  });
  const below = kinds.filter((kind) => {
    const limit = tenant.limits[kind];
    return use.data && typeof limit === 'number' && use.data[kind] >= limit;
  });
  return (
    <>
      <h3 className="hj-form-section">{t('tenant.limits')}</h3>
      <p className="hj-quiet">{t('tenant.limit.lead')}</p>
      {kinds.map((kind) => (
        <NumberField
          key={kind}
          name={['limits', kind]}
          label={t(`tenant.limit.${kind}`)}
          min={0}
          max={100_000}
          required={false}
          placeholder={t('tenant.limit.none')}
          extra={
            <span data-testid={`use-${kind}`}>
              {use.data ? t('tenant.limit.now', { number: use.data[kind] }) : t('tenant.limit.unknown')}
              {below.includes(kind) ? ` · ${t('tenant.limit.reached')}` : ''}
            </span>
          }
        />
      ))}
      {use.isError ? <p className="hj-check-bad">{errorText(use.error)}</p> : null}
    </>
  );
}
