import { ExportOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownPage } from '@/shared/api/types';
import type { CallEvent } from './bridge';
import { PageFrame } from './PageFrame';
import './pages.css';

interface Props {
  page: ShownPage;
  interaction: string;
  event: CallEvent;
  openPage: (name: string) => boolean;
}

/** A page of the tenant's own software, where the administrator wants it: in the desktop or in a window of its own. */
export function LinkedPage(props: Props) {
  return props.page.shown_in === 'frame' ? <PageFrame {...props} /> : <PageWindow page={props.page} />;
}

/** The window is opened at once; where the browser does not allow that, by the button. */
function PageWindow({ page }: { page: ShownPage }) {
  const { t } = useTranslation();
  const [blocked, setBlocked] = useState(false);
  const open = () => setBlocked(window.open(page.address, `hujiao-${page.id}`) === null);
  const [first] = useState(() => open);
  useEffect(() => first(), [first]);
  return (
    <div className="hj-page-window" data-testid="page-window">
      <p className="hj-quiet">{t(blocked ? 'pop.windowBlocked' : 'pop.windowOpened')}</p>
      <Button icon={<ExportOutlined aria-hidden />} onClick={open}>
        {t('pop.openWindow')}
      </Button>
    </div>
  );
}

/** The pages that may be opened by hand. */
export function PagesToOpen({ pages, open }: { pages: ShownPage[]; open: (id: string) => void }) {
  return (
    <div className="hj-pages-to-open">
      {pages.map((page) => (
        <Button key={page.id} onClick={() => open(page.id)} data-testid="open-page">
          {page.name}
        </Button>
      ))}
    </div>
  );
}
