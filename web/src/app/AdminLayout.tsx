import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { useSession } from '@/shared/session/session';
import { may, type AdminPage, type GroupKey } from './navigation';

/** Settings by the questions an administrator has, with the pages that the reader may open. */
export function AdminLayout({ pages }: { pages: AdminPage[] }) {
  const { t } = useTranslation();
  const session = useSession();
  const allowed = pages.filter((page) => may(session, page.rights));
  const groups = [...new Set(allowed.map((page) => page.group))];
  return (
    <div className="hj-admin">
      <nav className="hj-admin-menu" aria-label={t('area.admin')}>
        {groups.map((group: GroupKey) => (
          <section key={group}>
            <h2>{t(`group.${group}`)}</h2>
            {allowed
              .filter((page) => page.group === group)
              .map((page) => (
                <NavLink
                  key={page.key}
                  to={page.path}
                  className={({ isActive }) => (isActive ? 'hj-admin-item hj-admin-active' : 'hj-admin-item')}
                  data-testid={`page-${page.key}`}
                >
                  {t(`page.${page.key}`)}
                </NavLink>
              ))}
          </section>
        ))}
      </nav>
      <div className="hj-admin-page">
        <Outlet />
      </div>
    </div>
  );
}
