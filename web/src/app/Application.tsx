import { SearchOutlined } from '@ant-design/icons';
import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import dayjs from 'dayjs';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router';
import { antLocale, currentLanguage } from '@/shared/i18n';
import { router } from './router';
import { queryClient } from './session';
import { themeConfig, useMedia, useThemeChoice } from './theme';
import { ThemeContext } from './theme-context';

export function Application() {
  const { t, i18n } = useTranslation();
  const theme = useThemeChoice();
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const language = currentLanguage();
  useEffect(() => {
    dayjs.locale(language === 'en' ? 'en' : language.toLowerCase());
    document.documentElement.lang = language;
  }, [language, i18n.language]);
  return (
    <ThemeContext value={theme}>
      <ConfigProvider
        locale={antLocale()}
        theme={themeConfig(theme.dark, still)}
        button={{ autoInsertSpace: false }}
        inputSearch={{ searchIcon: <SearchOutlined aria-label={t('common.search')} /> }}
      >
        <AntApp message={{ maxCount: 3 }}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </ThemeContext>
  );
}
