import { SearchOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, Spin, Tooltip } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useNavigate, useNavigation } from 'react-router';
import { useLeavingAltogether } from '@/features/desktop/leaving';
import { api } from '@/shared/api/client';
import { isLanguage, languageNames, languages, setLanguage } from '@/shared/i18n';
import { useLive } from '@/shared/live/hooks';
import { useViewers } from '@/shared/live/viewers';
import { useDueNextCalls } from '@/shared/next-calls/due';
import { fixedKeys, pressed } from '@/shared/keys/keys';
import { piece } from '@/shared/pieces/piece';
import { useSessionControl } from '@/shared/session/session';
import { CommandBox } from './CommandBox';
import { areasFor } from './navigation';
import { Pieces } from './Pieces';
import { Mark } from '@/shared/components/Mark';
import { useReportError } from '@/shared/components/errors';
import { writes } from '@/shared/components/focus';
import './shell.css';
import { useTheme } from './theme-context';
import type { ThemeChoice } from './theme';

const AgentStrip = piece(async () => ({
  default: (await import('@/features/desktop/AgentStrip')).AgentStrip,
}));
const PhoneHost = piece(async () => ({ default: (await import('@/features/desktop/PhoneHost')).PhoneHost }));
const OwnTelephone = piece(async () => ({ default: (await import('./OwnTelephone')).OwnTelephone }));
const ChangePassword = piece(async () => ({ default: (await import('./ChangePassword')).ChangePassword }));
const KeyMapDialog = piece(async () => ({ default: (await import('./KeyMapDialog')).KeyMapDialog }));
const BulletinBell = piece(async () => ({
  default: (await import('@/features/bulletins/BulletinBell')).BulletinBell,
}));
const ScreenShare = piece(() => import('@/features/screen-views/ScreenShare'));
const Reminders = piece(() => import('@/features/reminders/Reminders'));
const ChatHost = piece(async () => ({
  default: (await import('@/features/desktop/chats/ChatHost')).ChatHost,
}));

export function Shell() {
  const { t } = useTranslation();
  const { session } = useSessionControl();
  const navigation = useNavigation();
  const [commandOpen, setCommandOpen] = useState(false);
  const [keysOpen, setKeysOpen] = useState(false);
  const works = session.agent !== null;
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setCommandOpen(true);
      } else if (works && pressed(event) === fixedKeys.keys && !writes(event.target)) {
        event.preventDefault();
        setKeysOpen(true);
      }
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, [works]);
  return (
    <div className="hj-shell">
      <a
        className="hj-skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector('main')?.focus();
        }}
      >
        {t('shell.toContent')}
      </a>
      <nav className="hj-rail" aria-label={t('shell.areas')}>
        <NavLink to="/" className="hj-rail-mark" aria-label={t('common.toStart')}>
          <Mark size={26} />
        </NavLink>
        {areasFor(session).map((area) => (
          <NavLink
            key={area.key}
            to={area.path}
            className={({ isActive }) =>
              isActive || sameArea(area.path, location.pathname)
                ? 'hj-rail-item hj-rail-active'
                : 'hj-rail-item'
            }
            data-testid={`area-${area.key}`}
          >
            {area.icon}
            <span>{t(`area.${area.key}`)}</span>
          </NavLink>
        ))}
      </nav>
      <header className="hj-top">
        <Suspense fallback={null}>{session.agent ? <AgentStrip /> : <TenantName />}</Suspense>
        <div className="hj-top-end">
          <ConnectionState />
          <DueNextCalls />
          {session.rights.includes('platform.tenants') ? null : (
            <Suspense fallback={null}>
              <BulletinBell />
            </Suspense>
          )}
          <Tooltip title={`${t('command.open')} (Ctrl+K)`}>
            <Button
              type="text"
              icon={<SearchOutlined />}
              aria-label={t('command.open')}
              onClick={() => setCommandOpen(true)}
            />
          </Tooltip>
          <LanguageMenu />
          {works ? <AgentsAccountMenu openKeys={() => setKeysOpen(true)} /> : <OthersAccountMenu />}
        </div>
      </header>
      <main id="main" className="hj-main" tabIndex={-1} aria-busy={navigation.state === 'loading'}>
        <Suspense fallback={<Spin className="hj-main-wait" />}>
          <Outlet />
        </Suspense>
      </main>
      <Pieces />
      {session.agent ? (
        <Suspense fallback={null}>
          <PhoneHost />
        </Suspense>
      ) : null}
      {session.agent ? (
        <Suspense fallback={null}>
          <ChatHost />
        </Suspense>
      ) : null}
      {works ? <ScreenViewed /> : null}
      <CommandBox open={commandOpen} onClose={() => setCommandOpen(false)} />
      {keysOpen ? (
        <Suspense fallback={null}>
          <KeyMapDialog onClose={() => setKeysOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Loaded when somebody views this screen, and not before. */
function ScreenViewed() {
  const viewers = useViewers();
  if (viewers.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <ScreenShare viewers={viewers} />
    </Suspense>
  );
}

/** Loaded when a customer is to be called, and not before. */
function DueNextCalls() {
  const due = useDueNextCalls();
  if (due.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Reminders due={due} />
    </Suspense>
  );
}

function sameArea(areaPath: string, path: string): boolean {
  return areaPath.split('/')[1] === path.split('/')[1];
}

function TenantName() {
  const { session } = useSessionControl();
  return <strong className="hj-top-tenant">{session.tenant.name}</strong>;
}

/** Quiet while all is well; says so when the picture on screen may be old. */
function ConnectionState() {
  const { t } = useTranslation();
  const status = useLive((state) => state.status);
  const notServed = useLive((state) => state.notServed);
  if (status === 'off' || status === 'live')
    return <span hidden data-testid="live-status" data-state={status} />;
  return (
    <span className="hj-reconnecting" role="status" data-testid="live-status" data-state={status}>
      {notServed ? (
        t(notServed === 'away' ? 'notServed.away' : 'notServed.title')
      ) : (
        <>
          <Spin size="small" /> {t(status === 'connecting' ? 'shell.connecting' : 'shell.reconnecting')}
        </>
      )}
    </span>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [i18n.language],
        items: languages.map((language) => ({ key: language, label: languageNames[language] })),
        onClick: ({ key }) => {
          if (!isLanguage(key)) return;
          void setLanguage(key);
          // Remembered with the account too, for the sentences the server writes: those on the screen are asked for
          // anew. Not vital here.
          api
            .patch('/session', { language: key })
            .then(() => queryClient.invalidateQueries())
            .catch(() => undefined);
        },
      }}
    >
      <Button
        type="text"
        icon={<TranslationOutlined />}
        aria-label={t('shell.language')}
        data-testid="language-menu"
      />
    </Dropdown>
  );
}

type Leaving = (name: string, leave: () => Promise<void>) => void;

function AgentsAccountMenu({ openKeys }: { openKeys: () => void }) {
  return <AccountMenu leaving={useLeavingAltogether()} openKeys={openKeys} />;
}

function OthersAccountMenu() {
  const report = useReportError();
  return <AccountMenu leaving={(_, leave) => void leave().catch(report)} />;
}

function AccountMenu({ leaving, openKeys }: { leaving: Leaving; openKeys?: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session, signOut } = useSessionControl();
  const theme = useTheme();
  const themes: ThemeChoice[] = ['system', 'light', 'dark'];
  const [passwordOpen, setPasswordOpen] = useState(false);
  const [telephoneOpen, setTelephoneOpen] = useState(false);
  const menu = (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          {
            key: 'who',
            type: 'group',
            label: (
              <div>
                <div>{session.account.name}</div>
                <div className="hj-faint">{t(`role.${session.account.role}`)}</div>
                <div className="hj-faint">{session.tenant.name}</div>
              </div>
            ),
          },
          { type: 'divider' },
          {
            key: 'theme',
            label: t('shell.theme'),
            children: themes.map((choice) => ({
              key: `theme-${choice}`,
              label: t(`theme.${choice}`),
              className: theme.choice === choice ? 'ant-dropdown-menu-item-selected' : '',
              onClick: () => theme.choose(choice),
            })),
          },
          ...(openKeys ? [{ key: 'keys', label: t('keys.title'), onClick: openKeys }] : []),
          { key: 'password', label: t('password.title'), onClick: () => setPasswordOpen(true) },
          ...(session.agent
            ? [{ key: 'telephone', label: t('telephone.title'), onClick: () => setTelephoneOpen(true) }]
            : []),
          { key: 'tokens', label: t('page.tokens'), onClick: () => void navigate('/account/tokens') },
          { key: 'trust', label: t('trust.title'), onClick: () => void navigate('/trust') },
          { type: 'divider' },
          {
            key: 'sign-out',
            label: t('shell.signOut'),
            onClick: () => leaving(t('shell.signOut'), () => signOut()),
          },
          {
            key: 'sign-out-everywhere',
            label: t('shell.signOutEverywhere'),
            onClick: () => leaving(t('shell.signOutEverywhere'), () => signOut({ everywhere: true })),
          },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} data-testid="account-menu">
        {session.account.name}
      </Button>
    </Dropdown>
  );
  return (
    <>
      {menu}
      {passwordOpen ? (
        <Suspense fallback={null}>
          <ChangePassword onClose={() => setPasswordOpen(false)} />
        </Suspense>
      ) : null}
      {telephoneOpen ? (
        <Suspense fallback={null}>
          <OwnTelephone onClose={() => setTelephoneOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
