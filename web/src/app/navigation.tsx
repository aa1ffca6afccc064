import {
  AppstoreOutlined,
  BarChartOutlined,
  CloudServerOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  UnorderedListOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Session } from '@/shared/api/types';

export type AreaKey =
  'desktop' | 'myCustomers' | 'live' | 'interactions' | 'customers' | 'reports' | 'admin' | 'platform';

export interface Area {
  key: AreaKey;
  icon: ReactNode;
  path: string;
}

export type PageKey =
  | 'people'
  | 'queues'
  | 'routing'
  | 'customerFields'
  | 'popRules'
  | 'screenLayouts'
  | 'linkedPages'
  | 'agentGroups'
  | 'blending'
  | 'capacity'
  | 'skillMatrix'
  | 'skills'
  | 'numbers'
  | 'hours'
  | 'holidayCalendars'
  | 'flows'
  | 'dataSources'
  | 'prompts'
  | 'dispositions'
  | 'summaryRules'
  | 'noteTemplates'
  | 'reasonCodes'
  | 'seats'
  | 'stateThresholds'
  | 'indicators'
  | 'rooms'
  | 'projects'
  | 'businesses'
  | 'bulletins'
  | 'wallboards'
  | 'settings'
  | 'chatEntries'
  | 'chatPhrases'
  | 'tenants'
  | 'trunks'
  | 'health'
  | 'tokens';

export type GroupKey =
  'numbersAndFlows' | 'queuesAndRouting' | 'peopleAndSkills' | 'organisation' | 'platform';

export interface AdminPage {
  key: PageKey;
  group: GroupKey;
  path: string;
  rights: string[];
}

/** By the questions an administrator has. */
export const adminPages: AdminPage[] = [
  {
    key: 'numbers',
    group: 'numbersAndFlows',
    path: '/admin/numbers',
    rights: ['admin.numbers', 'config.read'],
  },
  {
    key: 'chatEntries',
    group: 'numbersAndFlows',
    path: '/admin/chat-entries',
    rights: ['admin.numbers', 'config.read'],
  },
  { key: 'hours', group: 'numbersAndFlows', path: '/admin/hours', rights: ['config.read'] },
  {
    key: 'holidayCalendars',
    group: 'numbersAndFlows',
    path: '/admin/holiday-calendars',
    rights: ['config.read'],
  },
  { key: 'flows', group: 'numbersAndFlows', path: '/admin/flows', rights: ['admin.flows', 'config.read'] },
  {
    key: 'dataSources',
    group: 'numbersAndFlows',
    path: '/admin/data-sources',
    rights: ['admin.flows', 'config.read'],
  },
  {
    key: 'prompts',
    group: 'numbersAndFlows',
    path: '/admin/prompts',
    rights: ['admin.flows', 'config.read'],
  },
  {
    key: 'queues',
    group: 'queuesAndRouting',
    path: '/admin/queues',
    rights: ['admin.queues', 'config.read'],
  },
  { key: 'routing', group: 'queuesAndRouting', path: '/admin/routing', rights: ['config.read'] },
  { key: 'blending', group: 'queuesAndRouting', path: '/admin/blending', rights: ['config.read'] },
  { key: 'skills', group: 'queuesAndRouting', path: '/admin/skills', rights: ['config.read'] },
  { key: 'chatPhrases', group: 'queuesAndRouting', path: '/admin/chat-phrases', rights: ['config.read'] },
  { key: 'dispositions', group: 'queuesAndRouting', path: '/admin/dispositions', rights: ['config.read'] },
  { key: 'summaryRules', group: 'queuesAndRouting', path: '/admin/summary-rules', rights: ['config.read'] },
  { key: 'noteTemplates', group: 'queuesAndRouting', path: '/admin/note-templates', rights: ['config.read'] },
  { key: 'people', group: 'peopleAndSkills', path: '/admin/people', rights: ['config.read'] },
  { key: 'agentGroups', group: 'peopleAndSkills', path: '/admin/agent-groups', rights: ['config.read'] },
  { key: 'skillMatrix', group: 'peopleAndSkills', path: '/admin/skill-matrix', rights: ['config.read'] },
  { key: 'capacity', group: 'peopleAndSkills', path: '/admin/capacity', rights: ['config.read'] },
  { key: 'reasonCodes', group: 'peopleAndSkills', path: '/admin/reason-codes', rights: ['config.read'] },
  { key: 'seats', group: 'peopleAndSkills', path: '/admin/seats', rights: ['config.read'] },
  { key: 'rooms', group: 'peopleAndSkills', path: '/admin/rooms', rights: ['config.read'] },
  { key: 'indicators', group: 'queuesAndRouting', path: '/admin/indicators', rights: ['config.read'] },
  {
    key: 'stateThresholds',
    group: 'peopleAndSkills',
    path: '/admin/state-thresholds',
    rights: ['config.read'],
  },
  {
    key: 'bulletins',
    group: 'organisation',
    path: '/admin/bulletins',
    rights: ['bulletins.all', 'bulletins.groups', 'bulletins.persons'],
  },
  { key: 'wallboards', group: 'organisation', path: '/admin/wallboards', rights: ['wallboards'] },
  { key: 'projects', group: 'organisation', path: '/admin/projects', rights: ['config.read'] },
  { key: 'businesses', group: 'organisation', path: '/admin/businesses', rights: ['config.read'] },
  { key: 'customerFields', group: 'organisation', path: '/admin/customer-fields', rights: ['config.read'] },
  { key: 'popRules', group: 'organisation', path: '/admin/pop-rules', rights: ['admin.tenancy'] },
  { key: 'screenLayouts', group: 'organisation', path: '/admin/screen-layouts', rights: ['admin.tenancy'] },
  { key: 'linkedPages', group: 'organisation', path: '/admin/linked-pages', rights: ['admin.tenancy'] },
  { key: 'settings', group: 'organisation', path: '/admin/settings', rights: ['config.read'] },
];

export const platformPages: AdminPage[] = [
  { key: 'tenants', group: 'platform', path: '/platform/tenants', rights: ['platform.tenants'] },
  { key: 'trunks', group: 'platform', path: '/platform/trunks', rights: ['admin.trunks'] },
  { key: 'people', group: 'platform', path: '/platform/people', rights: ['platform.tenants'] },
  { key: 'health', group: 'platform', path: '/platform/health', rights: ['platform.tenants'] },
];

export function may(session: Session, rights: string[]): boolean {
  return rights.some((right) => session.rights.includes(right));
}

export function areasFor(session: Session): Area[] {
  const areas: Area[] = [];
  if (session.agent) areas.push({ key: 'desktop', icon: <CustomerServiceOutlined />, path: '/desktop' });
  if (session.agent && may(session, ['customers.own']))
    areas.push({ key: 'myCustomers', icon: <UserOutlined />, path: '/my-customers' });
  if (may(session, ['live.read'])) areas.push({ key: 'live', icon: <DashboardOutlined />, path: '/live' });
  if (may(session, ['interactions.read.all', 'interactions.read.own']))
    areas.push({ key: 'interactions', icon: <UnorderedListOutlined />, path: '/interactions' });
  if (may(session, ['customers.read']))
    areas.push({ key: 'customers', icon: <ContactsOutlined />, path: '/customers' });
  if (may(session, ['reports.read']))
    areas.push({ key: 'reports', icon: <BarChartOutlined />, path: '/reports/queues' });
  const admin = adminPages.find((page) => may(session, page.rights));
  if (admin) areas.push({ key: 'admin', icon: <AppstoreOutlined />, path: admin.path });
  const platform = platformPages.find((page) => may(session, page.rights));
  if (platform) areas.push({ key: 'platform', icon: <CloudServerOutlined />, path: platform.path });
  return areas;
}

/** Where a person's work begins. */
export function firstPage(session: Session): string {
  const areas = areasFor(session);
  const wanted: AreaKey[] =
    session.account.role === 'platform_administrator'
      ? ['platform', 'admin']
      : session.account.role === 'agent'
        ? ['desktop']
        : ['live', 'desktop'];
  for (const key of wanted) {
    const area = areas.find((one) => one.key === key);
    if (area) return area.path;
  }
  return areas[0]?.path ?? '/account';
}
