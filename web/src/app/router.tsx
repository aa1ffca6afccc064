import { createBrowserRouter, type RouteObject } from 'react-router';
import { officeTexts } from '@/shared/i18n';
import { AdminLayout } from './AdminLayout';
import { FailedPage, MissingPage } from './ErrorPages';
import { Home } from './Home';
import { adminPages, platformPages } from './navigation';
import { askSession } from './session';
import { SignedIn } from './SignedIn';

/** One that fails leaves the shell as it is, and with it the call. */
const inShell = (children: RouteObject[]): RouteObject[] => [{ errorElement: <FailedPage />, children }];

/** Every screen is its own piece of the bundle; the address says everything that it shows. */
export const router = createBrowserRouter([
  {
    errorElement: <FailedPage />,
    HydrateFallback: () => null,
    children: [
      {
        path: '/sign-in',
        lazy: async () => ({ Component: (await import('@/features/sign-in/SignIn')).SignIn }),
      },
      { path: '/trust', lazy: async () => ({ Component: (await import('@/features/trust/Trust')).Trust }) },
      // For screens without a session, too.
      {
        path: '/board/:id?',
        loader: officeTexts,
        lazy: async () => ({ Component: (await import('@/features/wallboards/BoardPage')).BoardPage }),
      },
      {
        element: <SignedIn />,
        loader: askSession,
        errorElement: <FailedPage />,
        children: inShell([
          { path: '/', element: <Home /> },
          {
            path: '/desktop',
            lazy: async () => ({ Component: (await import('@/features/desktop/Desktop')).Desktop }),
          },
          {
            loader: officeTexts,
            children: [
              {
                path: '/live',
                lazy: async () => ({ Component: (await import('@/features/supervisor/Live')).Live }),
              },
              {
                path: '/live/screens/:id',
                lazy: async () => ({
                  Component: (await import('@/features/screen-views/ScreenView')).ScreenView,
                }),
              },
              {
                path: '/interactions',
                lazy: async () => ({
                  Component: (await import('@/features/interactions/Interactions')).Interactions,
                }),
              },
              {
                path: '/interactions/:id',
                lazy: async () => ({
                  Component: (await import('@/features/interactions/InteractionPage')).InteractionPage,
                }),
              },
              {
                path: '/my-customers',
                lazy: async () => ({
                  Component: (await import('@/features/customers/MyCustomers')).MyCustomers,
                }),
              },
              {
                path: '/customers',
                lazy: async () => ({ Component: (await import('@/features/customers/Customers')).Customers }),
              },
              {
                path: '/customers/imports',
                lazy: async () => ({
                  Component: (await import('@/features/customers/imports/Imports')).Imports,
                }),
              },
              {
                path: '/customers/imports/:id',
                lazy: async () => ({
                  Component: (await import('@/features/customers/imports/Import')).Import,
                }),
              },
              {
                path: '/customers/duplicates',
                lazy: async () => ({
                  Component: (await import('@/features/customers/Duplicates')).Duplicates,
                }),
              },
              {
                path: '/reports/queues',
                lazy: async () => ({
                  Component: (await import('@/features/reports/QueueReport')).QueueReport,
                }),
              },
              {
                path: '/reports/summaries',
                lazy: async () => ({
                  Component: (await import('@/features/reports/SummaryReport')).SummaryReport,
                }),
              },
              // The editor takes the whole width.
              {
                path: '/admin/flows/:id',
                lazy: async () => ({ Component: (await import('@/features/flows/FlowEditor')).FlowEditor }),
              },
              {
                path: '/admin/wallboards/:id',
                lazy: async () => ({
                  Component: (await import('@/features/wallboards/BoardEditor')).BoardEditor,
                }),
              },
              {
                path: '/admin',
                element: <AdminLayout pages={adminPages} />,
                children: [
                  {
                    path: 'people',
                    lazy: async () => ({ Component: (await import('@/features/people/People')).People }),
                  },
                  {
                    path: 'people/:id/phone',
                    lazy: async () => ({
                      Component: (await import('@/features/people/HardPhone')).HardPhone,
                    }),
                  },
                  {
                    path: 'queues',
                    lazy: async () => ({ Component: (await import('@/features/queues/Queues')).Queues }),
                  },
                  {
                    path: 'queues/:id/routing',
                    lazy: async () => ({
                      Component: (await import('@/features/routing/QueueRouting')).QueueRouting,
                    }),
                  },
                  {
                    path: 'routing',
                    lazy: async () => ({ Component: (await import('@/features/routing/Policy')).Policy }),
                  },
                  {
                    path: 'blending',
                    lazy: async () => ({ Component: (await import('@/features/routing/Blending')).Blending }),
                  },
                  {
                    path: 'agent-groups',
                    lazy: async () => ({
                      Component: (await import('@/features/routing/AgentGroups')).AgentGroups,
                    }),
                  },
                  {
                    path: 'capacity',
                    lazy: async () => ({ Component: (await import('@/features/routing/Capacity')).Capacity }),
                  },
                  {
                    path: 'skill-matrix',
                    lazy: async () => ({ Component: (await import('@/features/routing/Matrix')).Matrix }),
                  },
                  {
                    path: 'skills',
                    lazy: async () => ({ Component: (await import('@/features/agents/Skills')).Skills }),
                  },
                  {
                    path: 'reason-codes',
                    lazy: async () => ({
                      Component: (await import('@/features/agents/ReasonCodes')).ReasonCodes,
                    }),
                  },
                  {
                    path: 'indicators',
                    lazy: async () => ({
                      Component: (await import('@/features/alarms/IndicatorSettings')).IndicatorSettings,
                    }),
                  },
                  {
                    path: 'state-thresholds',
                    lazy: async () => ({
                      Component: (await import('@/features/alarms/StateThresholds')).StateThresholds,
                    }),
                  },
                  {
                    path: 'rooms',
                    lazy: async () => ({ Component: (await import('@/features/rooms/Rooms')).Rooms }),
                  },
                  {
                    path: 'rooms/:id',
                    lazy: async () => ({ Component: (await import('@/features/rooms/RoomPlan')).RoomPlan }),
                  },
                  {
                    path: 'seats',
                    lazy: async () => ({ Component: (await import('@/features/agents/Seats')).Seats }),
                  },
                  {
                    path: 'dispositions',
                    lazy: async () => ({
                      Component: (await import('@/features/dispositions/Dispositions')).Dispositions,
                    }),
                  },
                  {
                    path: 'summary-rules',
                    lazy: async () => ({
                      Component: (await import('@/features/dispositions/SummaryRules')).SummaryRules,
                    }),
                  },
                  {
                    path: 'note-templates',
                    lazy: async () => ({
                      Component: (await import('@/features/dispositions/NoteTemplates')).NoteTemplates,
                    }),
                  },
                  {
                    path: 'bulletins',
                    lazy: async () => ({
                      Component: (await import('@/features/bulletins/Bulletins')).Bulletins,
                    }),
                  },
                  {
                    path: 'wallboards',
                    lazy: async () => ({
                      Component: (await import('@/features/wallboards/Wallboards')).Wallboards,
                    }),
                  },
                  {
                    path: 'numbers',
                    lazy: async () => ({ Component: (await import('@/features/numbers/Numbers')).Numbers }),
                  },
                  {
                    path: 'chat-entries',
                    lazy: async () => ({
                      Component: (await import('@/features/chat-entries/ChatEntries')).ChatEntries,
                    }),
                  },
                  {
                    path: 'chat-phrases',
                    lazy: async () => ({
                      Component: (await import('@/features/chat-entries/ChatPhrases')).ChatPhrases,
                    }),
                  },
                  {
                    path: 'hours',
                    lazy: async () => ({ Component: (await import('@/features/hours/Hours')).Hours }),
                  },
                  {
                    path: 'holiday-calendars',
                    lazy: async () => ({
                      Component: (await import('@/features/hours/HolidayCalendars')).HolidayCalendars,
                    }),
                  },
                  {
                    path: 'flows',
                    lazy: async () => ({ Component: (await import('@/features/flows/Flows')).Flows }),
                  },
                  {
                    path: 'data-sources',
                    lazy: async () => ({
                      Component: (await import('@/features/data-sources/DataSources')).DataSources,
                    }),
                  },
                  {
                    path: 'prompts',
                    lazy: async () => ({ Component: (await import('@/features/prompts/Prompts')).Prompts }),
                  },
                  {
                    path: 'projects',
                    lazy: async () => ({ Component: (await import('@/features/tenancy/Projects')).Projects }),
                  },
                  {
                    path: 'businesses',
                    lazy: async () => ({
                      Component: (await import('@/features/tenancy/Businesses')).Businesses,
                    }),
                  },
                  {
                    path: 'pop-rules',
                    lazy: async () => ({
                      Component: (await import('@/features/screen-pop/PopRules')).PopRules,
                    }),
                  },
                  {
                    path: 'screen-layouts',
                    lazy: async () => ({
                      Component: (await import('@/features/screen-pop/Layouts')).Layouts,
                    }),
                  },
                  {
                    path: 'linked-pages',
                    lazy: async () => ({
                      Component: (await import('@/features/screen-pop/LinkedPages')).LinkedPages,
                    }),
                  },
                  {
                    path: 'customer-fields',
                    lazy: async () => ({
                      Component: (await import('@/features/customers/CustomerFields')).CustomerFields,
                    }),
                  },
                  {
                    path: 'settings',
                    lazy: async () => ({
                      Component: (await import('@/features/tenancy/TenantSettings')).TenantSettings,
                    }),
                  },
                ],
              },
              {
                path: '/platform',
                element: <AdminLayout pages={platformPages} />,
                children: [
                  {
                    path: 'tenants',
                    lazy: async () => ({ Component: (await import('@/features/tenancy/Tenants')).Tenants }),
                  },
                  {
                    path: 'health',
                    lazy: async () => ({ Component: (await import('@/features/health/Health')).Health }),
                  },
                  {
                    path: 'trunks',
                    lazy: async () => ({ Component: (await import('@/features/trunks/Trunks')).Trunks }),
                  },
                  {
                    path: 'people',
                    lazy: async () => ({ Component: (await import('@/features/people/People')).People }),
                  },
                ],
              },
              {
                path: '/account/tokens',
                lazy: async () => ({ Component: (await import('@/features/tokens/Tokens')).Tokens }),
              },
            ],
          },
          { path: '*', element: <MissingPage /> },
        ]),
      },
    ],
  },
]);
