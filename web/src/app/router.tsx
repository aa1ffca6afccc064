import { createBrowserRouter } from 'react-router';
import { FailedPage, MissingPage } from './ErrorPages';
import { Home } from './Home';
import { SignedIn } from './SignedIn';

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
      {
        element: <SignedIn />,
        errorElement: <FailedPage />,
        children: [
          { path: '/', element: <Home /> },
          {
            path: '/desktop',
            lazy: async () => ({ Component: (await import('@/features/desktop/Desktop')).Desktop }),
          },
          {
            path: '/live',
            lazy: async () => ({ Component: (await import('@/features/supervisor/Live')).Live }),
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
            path: '/reports/queues',
            lazy: async () => ({ Component: (await import('@/features/reports/QueueReport')).QueueReport }),
          },
          { path: '*', element: <MissingPage /> },
        ],
      },
    ],
  },
]);
