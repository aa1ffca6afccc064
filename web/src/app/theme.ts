import { theme as antd, type ThemeConfig } from 'antd';
import { useEffect, useState } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

const remembered = 'hujiao.theme';

/** Whether the system asks for it, now and when it changes its mind. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = () => setMatches(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

const fontFamily =
  "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans', sans-serif";

// The tints that would be made of colours dark enough to be read are grey.
const lightGrounds = {
  colorInfoBg: '#e8f1fc',
  colorSuccessBg: '#eaf5ec',
  colorWarningBg: '#fdf3e0',
  colorWarningBorder: '#ecd3a0',
  colorErrorBg: '#fdecea',
};

/** `still`: nothing moves on its way in or out. */
export function themeConfig(dark: boolean, still: boolean): ThemeConfig {
  const faint = dark ? '#95a0a8' : '#606b73';
  return {
    algorithm: dark ? [antd.darkAlgorithm] : [antd.defaultAlgorithm],
    token: {
      motion: !still,
      colorPrimary: dark ? '#45c4bc' : '#0e7474',
      colorInfo: dark ? '#7ab5ff' : '#1a63bd',
      colorSuccess: dark ? '#5cc46f' : '#227432',
      colorWarning: dark ? '#e5a93c' : '#8f5a00',
      colorError: dark ? '#ff8f88' : '#c22929',
      // Figures and hints, too, are read: 4.5 to 1 on every ground that they stand on.
      colorTextTertiary: faint,
      colorTextDescription: faint,
      colorTextPlaceholder: faint,
      ...(dark ? {} : lightGrounds),
      colorBgLayout: dark ? '#111416' : '#f4f5f6',
      colorBgContainer: dark ? '#1a1e21' : '#ffffff',
      colorBgElevated: dark ? '#22272b' : '#ffffff',
      colorLink: dark ? '#45b5ae' : '#0e7474',
      borderRadius: 6,
      fontSize: 14,
      controlItemBgActive: dark ? '#16302f' : '#e3f1f0',
      controlItemBgActiveHover: dark ? '#1c3b3a' : '#d3e8e7',
      controlHeight: 30,
      controlHeightLG: 36,
      boxShadowSecondary: '0 6px 20px rgb(0 0 0 / 12%)',
      fontFamily,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        ...(dark ? { primaryColor: '#071a19', dangerColor: '#1f0605' } : {}),
      },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Table: {
        headerBg: dark ? '#15181b' : '#f7f8f9',
        headerSplitColor: 'transparent',
        cellPaddingBlockSM: 6,
        cellPaddingInlineSM: 12,
      },
      Menu: { itemHeight: 34 },
    },
  };
}

export function useThemeChoice(): {
  choice: ThemeChoice;
  dark: boolean;
  choose: (choice: ThemeChoice) => void;
} {
  const [choice, setChoice] = useState<ThemeChoice>(
    () => (localStorage.getItem(remembered) as ThemeChoice | null) ?? 'system',
  );
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const dark = choice === 'dark' || (choice === 'system' && systemIsDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [dark]);
  return {
    choice,
    dark,
    choose: (next) => {
      localStorage.setItem(remembered, next);
      setChoice(next);
    },
  };
}
