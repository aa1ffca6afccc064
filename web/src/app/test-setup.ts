import '@testing-library/jest-dom/vitest';

if (typeof window !== 'undefined') {
  const { officeTexts, wholeScreenTexts } = await import('@/shared/i18n');
  await Promise.all([officeTexts(), wholeScreenTexts()]);
}

// jsdom has neither; antd and the players ask for them.
if (typeof window !== 'undefined')
  Object.assign(window, {
    matchMedia: (query: string) => ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }),
    ResizeObserver: class {
      observe = () => undefined;
      unobserve = () => undefined;
      disconnect = () => undefined;
    },
  });
