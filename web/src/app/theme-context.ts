import { createContext, useContext } from 'react';
import type { useThemeChoice } from './theme';

export const ThemeContext = createContext<ReturnType<typeof useThemeChoice> | null>(null);

export function useTheme() {
  const theme = useContext(ThemeContext);
  if (!theme) throw new Error('ThemeContext is missing');
  return theme;
}
