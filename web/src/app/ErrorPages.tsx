import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { Notice } from '@/shared/components/Notice';
import { useReloadWhenQuiet } from '@/shared/pieces/reload';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Notice
      title={t('error.pageMissing')}
      hint={t('error.pageMissingHint')}
      action={
        <Link to="/">
          <Button type="primary">{t('common.toStart')}</Button>
        </Link>
      }
    />
  );
}

/** A screen that failed; mostly a new version was installed and the old pieces are gone, or one could not be fetched
 * while there was no network, which the browser does not try again. So the page is loaded anew, but not over and over. */
export function FailedPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  console.error(error);
  useReloadWhenQuiet(true);
  return (
    <Notice
      title={t('error.screenFailed')}
      hint={t('error.screenFailedHint')}
      action={
        <Button type="primary" onClick={() => location.reload()}>
          {t('common.reload')}
        </Button>
      }
    />
  );
}
