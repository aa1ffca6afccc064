import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import './reports.css';

const reports = [
  { path: '/reports/queues', name: 'report.queueIntervals' },
  { path: '/reports/summaries', name: 'summaryReport.title' },
] as const;

/** From one report to another. */
export function ReportLinks() {
  const { t } = useTranslation();
  return (
    <nav className="hj-report-links" aria-label={t('area.reports')}>
      {reports.map(({ path, name }) => (
        <NavLink key={path} to={path} className={({ isActive }) => (isActive ? 'hj-report-link-active' : '')}>
          {t(name)}
        </NavLink>
      ))}
    </nav>
  );
}
