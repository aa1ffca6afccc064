import { CloseOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { RoutingProblem } from '@/shared/api/types';
import { dateTime } from '@/shared/format/time';
import { useRight } from '@/shared/session/session';
import { useReportError } from './errors';
import './problems.css';

const path = '/routing/problems';

/** Where a problem is mended. */
function placeOf({ kind, about }: RoutingProblem): string {
  if (kind === 'source') return about ? `/admin/data-sources?edit=${about}` : '/admin/data-sources';
  if (kind === 'flow') return about ? `/admin/flows/${about}` : '/admin/flows';
  return '/admin/routing';
}

/** What failed while calls were routed, the latest first; asked for again while it is shown. */
export function useRoutingProblems(): RoutingProblem[] {
  const { data } = useQuery({
    queryKey: [path],
    queryFn: () => api.get<RoutingProblem[]>(path),
    refetchInterval: 30_000,
  });
  return data ?? none;
}

const none: RoutingProblem[] = [];

/** That something failed while calls were routed, and where to see what; nothing while all is well. */
export function RoutingProblemsNotice() {
  const { t } = useTranslation();
  const number = useRoutingProblems().length;
  if (number === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="hj-problems"
      data-testid="routing-problems-notice"
      title={t('routingProblem.title', { number })}
      action={<Link to="/admin/routing">{t('health.look')}</Link>}
    />
  );
}

/** What failed while calls were routed, until it is saved anew; nothing while all is well. */
export function RoutingProblems({ kinds, about }: { kinds?: RoutingProblem['kind'][]; about?: string }) {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.queues');
  const report = useReportError();
  const queryClient = useQueryClient();
  const shown = useRoutingProblems().filter(
    (one) => (!kinds || kinds.includes(one.kind)) && (!about || one.about === about),
  );
  if (shown.length === 0) return null;
  const remove = async (id: string) => {
    try {
      await api.delete(`${path}/${id}`);
      await queryClient.invalidateQueries({ queryKey: [path] });
    } catch (error) {
      report(error);
    }
  };
  return (
    <Alert
      type="warning"
      showIcon
      className="hj-problems"
      data-testid="routing-problems"
      title={t('routingProblem.title', { number: shown.length })}
      description={
        <ul>
          {shown.map((one) => (
            <li key={one.id} data-testid="routing-problem" data-kind={one.kind}>
              <span className="hj-problems-kind">{t(`routingProblem.${one.kind}`)}</span>
              <Link to={placeOf(one)} className={one.kind === 'criterion' ? 'hj-mono' : undefined}>
                {one.place}
              </Link>
              <span className="hj-problems-what" title={one.problem}>
                {one.problem}
              </span>
              <span className="hj-quiet hj-figures">
                {t('routingProblem.met', { count: one.count, time: dateTime(one.last_at) })}
              </span>
              {mayEdit ? (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t('routingProblem.seen')}
                  onClick={() => void remove(one.id)}
                />
              ) : null}
            </li>
          ))}
        </ul>
      }
    />
  );
}
