import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { MarkedBefore as Marks } from '@/shared/api/types';
import { dayAndMinute } from '@/shared/format/time';

/** That earlier contacts of the same number were marked as malicious, also by colleagues. */
export function MarkedBefore({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['me', 'marked-before', id],
    queryFn: () => api.get<Marks>(`/me/interactions/${id}/marked-before`),
    staleTime: Infinity,
  });
  if (!data?.at) return null;
  return (
    <div className="hj-marked-before" role="status" data-testid="marked-before">
      <strong>
        {t('malicious.before', { count: data.times, time: dayAndMinute(data.at), name: data.by_name ?? '' })}
      </strong>
      {data.reason ? <div>{data.reason}</div> : null}
    </div>
  );
}
